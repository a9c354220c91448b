import { hostModulePlace } from "../es-modules/host-modules.ts";
import { createModuleGraph } from "../es-modules/module-graph.ts";
import type { ModuleTaker, ResolveModule } from "../es-modules/module-place.ts";
import type { Guest } from "../guest.ts";
import { setOwn } from "../past-prototypes.ts";
import {
  MapPrototypeSet,
  ObjectHasOwn,
  ObjectKeys,
  ReflectApply,
  SetPrototypeAdd,
  SetPrototypeHas,
} from "../primordial.ts";
import type { HostModules } from "./host-modules.ts";
import { sharesScheme, unknownHostModule } from "./unknown-host-module.ts";

/** A module of Node's library, as both its loaders know it. */
interface LibraryModule extends Record<string, unknown> {
  exports: object;
  exportKeys: string[] | undefined;
  loaded: boolean;
  /** The module record that importers get. */
  getESMFacade(): { setExport(name: string, value: unknown): void };
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
  const evaluate = sourceEvaluator(guest, modules);
  for (let index = 0; index < names.length; index++) {
    const name = names[index];
    if (name === undefined) continue;
    SetPrototypeAdd(known, name);
    BuiltinModule.allowRequireByUsers(name);
    MapPrototypeSet(
      BuiltinModule.map,
      name,
      createLibraryModule(new BuiltinModule(name), () => open(modules, evaluate, index, name)),
    );
  }
  // Where the program's own functions resolve, the loader asks nobody else.
  if (guest.config.worker?.isInternal !== true) resolveByImport(guest, known, names);
  resolveByRequire(guest, known, names);
}

/** What Node's loaders are to know of a module that is not theirs. */
interface Loaded {
  readonly exports: object;
  /** Whether one of its exports is the default one, which is the whole for the others. */
  readonly hasDefault: boolean;
}

function open(modules: HostModules, evaluate: (name: string) => object, number: number, name: string): Loaded {
  const opened = modules.open(number, name);
  if (opened.kind === "exports") return { exports: opened.exports, hasDefault: false };
  const exports = evaluate(name);
  return { exports, hasDefault: ObjectHasOwn(exports, "default") };
}

/** Opened when it is first loaded: the host is asked for what is wanted alone. */
function createLibraryModule(module: LibraryModule, open: () => Loaded): LibraryModule {
  const { getESMFacade } = module;
  let hasDefault = false;
  setOwn(module, "compileForInternalLoader", () => {
    if (!module.loaded) {
      const loaded = open();
      module.exports = loaded.exports;
      module.exportKeys = ObjectKeys(module.exports);
      hasDefault = loaded.hasDefault;
      module.loaded = true;
    }
    return module.exports;
  });
  setOwn(module, "getESMFacade", () => {
    const facade = ReflectApply(getESMFacade, module, []);
    if (hasDefault) facade.setExport("default", (module.exports as { readonly default: unknown }).default);
    return facade;
  });
  return module;
}

/** Evaluates source modules, with all that they import, beside Node's loaders: what these would find is not for them. */
function sourceEvaluator(guest: Guest, modules: HostModules): (name: string) => object {
  const { moduleWrap } = guest.native;
  const resolve: ResolveModule = (specifier, referrer) => {
    const place = hostModulePlace(guest, modules, specifier, referrer);
    if (place === undefined) throw unknownHostModule(modules.names, specifier, referrer);
    return place;
  };
  const graph = createModuleGraph(guest.native, resolve);
  return (name) => {
    let namespace: object | undefined;
    const taker: ModuleTaker = {
      made(module) {
        namespace = moduleWrap.evaluateSync(module);
      },
      failed(error) {
        throw error;
      },
    };
    graph.load(resolve(name, "", {}), taker);
    return namespace ?? {};
  };
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
