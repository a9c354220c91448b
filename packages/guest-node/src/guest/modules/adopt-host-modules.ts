import type { Guest } from "../guest.ts";
import { setOwn } from "../past-prototypes.ts";
import { MapPrototypeSet, ObjectKeys, ReflectApply, SetPrototypeAdd, SetPrototypeHas } from "../primordial.ts";
import type { HostModules } from "./host-modules.ts";
import { sharesScheme, unknownHostModule } from "./unknown-host-module.ts";

/** A module of Node's library, as both its loaders know it. */
interface LibraryModule {
  exports: object;
  exportKeys: string[] | undefined;
  loaded: boolean;
}

interface LibraryModules {
  new (id: string): LibraryModule;
  readonly map: Map<string, LibraryModule>;
  allowRequireByUsers(id: string): void;
}

interface Request {
  readonly specifier: unknown;
}

/** Node's `Module`, as far as it finds what `require` is given. */
interface CommonLoader extends Record<string, unknown> {
  _resolveFilename(request: unknown, parent: unknown, isMain: unknown, options: unknown): unknown;
}

interface ModuleLoader extends Record<string, unknown> {
  resolveSync(parentURL: string | undefined, request: Request, skipsHooks?: unknown): unknown;
}

/**
 * Makes the modules of the host modules like those of Node's library: `require`, `import` and `import()` find them by
 * their names, before any file. To be called once the library is there, and before anything of the program's.
 */
export function adoptHostModules(guest: Guest, modules: HostModules): void {
  const { names } = modules;
  if (names.length === 0) return;
  const { BuiltinModule } = guest.library.require("internal/bootstrap/realm") as { BuiltinModule: LibraryModules };
  const known = new Set<string>();
  for (let index = 0; index < names.length; index++) {
    const name = names[index];
    if (name === undefined) continue;
    SetPrototypeAdd(known, name);
    BuiltinModule.allowRequireByUsers(name);
    MapPrototypeSet(BuiltinModule.map, name, createLibraryModule(new BuiltinModule(name), modules, name));
  }
  // Where the program's own functions resolve, the loader asks nobody else.
  if (guest.config.worker?.isInternal !== true) resolveByImport(guest, known, names);
  resolveByRequire(guest, known, names);
}

/** Opened when it is first loaded: the host is asked for what is wanted alone. */
function createLibraryModule(module: LibraryModule, modules: HostModules, name: string): LibraryModule {
  setOwn(module, "compileForInternalLoader", () => {
    if (!module.loaded) {
      module.exports = modules.open(name) ?? {};
      module.exportKeys = ObjectKeys(module.exports);
      module.loaded = true;
    }
    return module.exports;
  });
  return module;
}

/** `import` takes a name with a scheme for a URL. */
function resolveByImport(guest: Guest, known: Set<string>, names: readonly string[]): void {
  const { getOrInitializeCascadedLoader } = guest.library.require("internal/modules/esm/loader") as {
    getOrInitializeCascadedLoader(): ModuleLoader;
  };
  const loader = getOrInitializeCascadedLoader();
  const { resolveSync } = loader;
  loader.resolveSync = (parentURL, request, skipsHooks) => {
    const { specifier } = request;
    if (typeof specifier === "string") {
      if (SetPrototypeHas(known, specifier)) return { __proto__: null, url: `node:${specifier}`, format: "builtin" };
      if (sharesScheme(names, specifier)) throw unknownHostModule(names, specifier, parentURL);
    }
    return ReflectApply(resolveSync, loader, [parentURL, request, skipsHooks]);
  };
}

/** It finds those that there are by itself, and looks for the others in folders. */
function resolveByRequire(guest: Guest, known: Set<string>, names: readonly string[]): void {
  const { Module } = guest.library.require("internal/modules/cjs/loader") as { Module: CommonLoader };
  const { _resolveFilename } = Module;
  setOwn(Module, "_resolveFilename", (request: unknown, parent: unknown, isMain: unknown, options: unknown) => {
    if (typeof request === "string" && !SetPrototypeHas(known, request) && sharesScheme(names, request)) {
      const { filename } = (parent ?? {}) as { readonly filename?: unknown };
      const error = unknownHostModule(names, request, typeof filename === "string" ? filename : undefined);
      setOwn(error, "code", "MODULE_NOT_FOUND");
      throw error;
    }
    return ReflectApply(_resolveFilename, Module, [request, parent, isMain, options]);
  });
}
