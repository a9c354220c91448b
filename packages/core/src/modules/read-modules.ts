import { quote } from "../errors/describe-value.ts";
import { VivariumError } from "../errors/vivarium-error.ts";
import { isHostModule } from "./define-module.ts";
import { isSourceModule, type ProvidedModule } from "./provided-module.ts";

/** As in `host:db`: a scheme of its own, so that no package and no file is ever meant by it. */
const NAME: RegExp = /^[a-z][a-z0-9+.-]*:[A-Za-z0-9@._~-][A-Za-z0-9@._~/-]*$/;
const LONGEST_NAME = 256;
/** What such a name means already. */
const TAKEN: readonly string[] = ["node", "file", "data", "blob", "http", "https"];

/**
 * The modules that a run is given: those of its runtime, and its own, which win.
 *
 * @throws VivariumError `ERR_INVALID_MODULE`
 */
export function readModules(
  value: unknown,
  inherited?: ReadonlyMap<string, ProvidedModule>,
): Map<string, ProvidedModule> {
  const modules = new Map(inherited);
  if (value === undefined) return modules;
  if (typeof value !== "object" || value === null || Array.isArray(value) || isProvided(value)) {
    throw invalid('"modules" is an object of modules by their names');
  }
  for (const [name, module] of Object.entries(value)) {
    if (module === undefined) continue;
    assertName(name);
    if (!isProvided(module)) {
      throw invalid(`${quote(name)} is made neither by defineModule() nor by defineSourceModule()`);
    }
    modules.set(name, module);
  }
  return modules;
}

function isProvided(value: unknown): value is ProvidedModule {
  return isHostModule(value) || isSourceModule(value);
}

function assertName(name: string): void {
  const scheme = name.slice(0, name.indexOf(":"));
  if (name.length > LONGEST_NAME || !NAME.test(name) || scheme === "")
    throw invalid(`${quote(name)} is no name for a module: it is one like "host:db"`);
  if (TAKEN.includes(scheme)) throw invalid(`${quote(name)} cannot be a module of the host: "${scheme}:" is taken`);
}

function invalid(problem: string): VivariumError {
  return new VivariumError("ERR_INVALID_MODULE", { problem });
}
