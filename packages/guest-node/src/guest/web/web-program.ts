import { createEntryModule, type EntryModule } from "../es-modules/entry-module.ts";
import { serveImports } from "../es-modules/import-modules.ts";
import { createModuleGraph } from "../es-modules/module-graph.ts";
import type { Guest } from "../guest.ts";
import type { LibraryCompiler } from "../library-compiler.ts";
import type { HostModules } from "../modules/host-modules.ts";
import { setOwn } from "../past-prototypes.ts";
import { SymbolPrototypeGetDescription } from "../primordial.ts";
import type { RunningProgram } from "../program.ts";
import { becomeWeb } from "./become-web.ts";
import { globalsOfNode } from "./globals-of-node.ts";
import { type FileNames, resolveWeb } from "./resolve-web.ts";

interface UrlModule extends Record<string, unknown> {
  readonly URL: new (text: string, base?: string) => { readonly href: string };
  readonly fileURLToPath: (url: string) => string;
  readonly pathToFileURL: (path: string) => { readonly href: string };
}

interface WebParts {
  readonly compiler: LibraryCompiler;
  readonly modules: HostModules;
  /** Readies Node's library, from which the web's is. */
  readonly prepare: () => void;
}

/** A program of a guest that sees the web alone. */
export function runWebProgram(guest: Guest, { compiler, modules, prepare }: WebParts): RunningProgram {
  let entry: EntryModule | undefined;
  let isEvaluated = false;
  let onEvaluated: (() => void) | undefined;
  return {
    run(code, filePath) {
      prepare();
      modules.begin(guest.config.modules);
      const names = fileNames(guest);
      const url = names.toUrl(filePath);
      const resolve = resolveWeb(guest, names, url, modules);
      const graph = createModuleGraph(guest.native, resolve);
      serveImports(guest.native, { graph, resolve, modules, entry: () => url });
      describeModules(guest, names);
      compiler.giveGlobals(() => globalsOfNode(guest));
      becomeWeb(guest);
      entry = createEntryModule(guest, graph);
      entry.run(code, filePath, url, () => {
        isEvaluated = true;
        onEvaluated?.();
      });
    },
    isStalled: () => entry?.isStalled() === true,
    explainStall: (fails) => entry?.explainStall(fails),
    onEvaluated(callback) {
      if (isEvaluated) callback();
      else onEvaluated = callback;
    },
    exported: () => entry?.exported(),
    collectExports: (limitBytes) => entry?.collectExports(limitBytes),
  };
}

function fileNames({ library }: Guest): FileNames {
  const { URL, fileURLToPath, pathToFileURL } = library.require("internal/url") as UrlModule;
  return {
    resolve: (specifier, base) => new URL(specifier, base).href,
    toPath: (url) => fileURLToPath(url),
    toUrl: (path) => pathToFileURL(path).href,
  };
}

/** `import.meta`: where a module is, and what a name means from there. */
function describeModules({ native: { moduleWrap } }: Guest, names: FileNames): void {
  moduleWrap.setInitializeImportMetaObjectCallback((symbol, meta) => {
    const url = SymbolPrototypeGetDescription(symbol) ?? "";
    setOwn(meta, "url", url);
    setOwn(meta, "resolve", (specifier: unknown) => names.resolve(`${specifier}`, url));
  });
}
