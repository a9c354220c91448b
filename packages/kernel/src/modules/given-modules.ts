import { isSourceModule, type ProvidedModule, type SourceModule, VivariumError } from "@vivarium/core";

/** A module that a guest has, by its number. */
export interface GivenModule {
  /** By which it is imported. */
  readonly name: string;
  readonly module: ProvidedModule;
  /** Of a source module: numbers of what it imports, by the names that it imports it by. */
  readonly imports: ReadonlyMap<string, number>;
}

/**
 * All modules that a guest has, each once for each of its names, in the order of their numbers: first those that its program can import, then those that
 * only modules of source code can.
 *
 * @param entry the path of its program, by which no module may be called
 * @throws VivariumError `ERR_INVALID_MODULE` for two modules of one path
 */
export function givenModules(modules: ReadonlyMap<string, ProvidedModule>, entry: string): readonly GivenModule[] {
  const given: GivenModule[] = [];
  const numbers = new Map<ProvidedModule, Map<string, number>>();
  const paths = new Set([entry]);
  const give = (name: string, module: ProvidedModule): number => {
    const byName = numbers.get(module) ?? new Map<string, number>();
    numbers.set(module, byName);
    const known = byName.get(name);
    if (known !== undefined) return known;
    const imports = new Map<string, number>();
    const number = given.push({ name, module, imports }) - 1;
    byName.set(name, number);
    if (isSourceModule(module)) claim(paths, pathOf(name, module));
    return number;
  };
  for (const [name, module] of modules) give(name, module);
  // It grows while it is walked through.
  for (const { module, imports } of given) {
    if (!isSourceModule(module)) continue;
    for (const [name, imported] of module.imports) (imports as Map<string, number>).set(name, give(name, imported));
  }
  return given;
}

/** What the stacks of a source module call it. */
export function pathOf(name: string, module: SourceModule): string {
  return module.filePath ?? name;
}

function claim(paths: Set<string>, path: string): void {
  if (paths.has(path)) throw new VivariumError("ERR_INVALID_MODULE", { problem: `two of a guest are called ${path}` });
  paths.add(path);
}
