import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import ts from "typescript";

interface Manifest {
  readonly private?: boolean;
  readonly exports?: Readonly<Record<string, unknown>>;
}

/** The sources that the published packages export from, as their manifests say. */
function listEntries(root: string): readonly string[] {
  const folders = readdirSync(join(root, "packages")).map((name) => join(root, "packages", name));
  return folders.flatMap((folder) => {
    const manifest: Manifest = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
    if (manifest.private === true) return [];
    return Object.values(manifest.exports ?? {}).flatMap((target) => {
      const source: unknown = Object(target)["@vivarium/source"];
      return typeof source === "string" ? [join(folder, source)] : [];
    });
  });
}

/** Every export of the published packages that has no docstring where it is declared: `file:line: name`. */
export function findUndocumented(root: string, entries: readonly string[] = listEntries(root)): readonly string[] {
  const { config } = ts.readConfigFile(join(root, "tsconfig.sources.json"), ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, root);
  const program = ts.createProgram({ rootNames: entries, options });
  const checker = program.getTypeChecker();
  const found = new Set<string>();
  for (const entry of entries) {
    const source = program.getSourceFile(entry);
    const module = source && checker.getSymbolAtLocation(source);
    if (module === undefined) throw new Error(`${entry} exports nothing`);
    for (const exported of checker.getExportsOfModule(module)) {
      const symbol = exported.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(exported) : exported;
      if (symbol.getDocumentationComment(checker).length === 0) found.add(placeOf(symbol, root));
    }
  }
  return [...found].sort();
}

function placeOf(symbol: ts.Symbol, root: string): string {
  const [declaration] = symbol.getDeclarations() ?? [];
  const file = declaration?.getSourceFile();
  if (declaration === undefined || file === undefined) return symbol.name;
  const { line } = file.getLineAndCharacterOfPosition(declaration.getStart(file));
  return `${relative(root, file.fileName)}:${line + 1}: ${symbol.name} is exported without a docstring`;
}
