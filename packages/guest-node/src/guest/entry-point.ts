import type { Guest } from "./guest.ts";
import { ArrayPrototypePush, ObjectDefineProperty } from "./past-prototypes.ts";
import {
  FunctionPrototypeBind,
  MapPrototypeDelete,
  MapPrototypeSet,
  ReflectApply,
  StringPrototypeSlice,
  StringPrototypeStartsWith,
  WeakMapPrototypeDelete,
  WeakMapPrototypeGet,
  WeakMapPrototypeSet,
} from "./primordial.ts";

/** The program as a file: what Node's loaders find under its name, whatever the guest's filesystem has there. */
export interface EntryPoint {
  /** Absolute. */
  readonly filename: string;
  readonly source: string;
}

const entryPoints = new WeakMap<Guest, EntryPoint>();

/** Whether a loader's question is about the program's own file. */
export function isEntryPoint(guest: Guest, path: string): boolean {
  return WeakMapPrototypeGet(entryPoints, guest)?.filename === path;
}

/**
 * The program's text, when it is the CommonJS loader that reads the program's own file: `require()` of a program that is
 * an ES module reads it anew. A program's own reading finds what the filesystem has.
 */
export function entryPointText(guest: Guest, path: string): string | undefined {
  const entry = WeakMapPrototypeGet(entryPoints, guest);
  return entry?.filename === path && isLoaderReading(guest) ? entry.source : undefined;
}

const LOADER = "node:internal/modules/cjs/loader";
/** Ours, the library's `readFileSync`, and the loader's function that calls it. */
const FRAMES_TO_LOADER = 6;

function isLoaderReading(guest: Guest): boolean {
  const sites = guest.native.util.getCallSites(FRAMES_TO_LOADER);
  for (let index = 0; index < sites.length; index++) {
    const site = sites[index];
    if (site?.scriptName === LOADER) return site.functionName === "defaultLoadImpl";
  }
  return false;
}

/**
 * Makes the program a module like any other to both of Node's loaders: it resolves to itself, so that whoever imports or
 * requires it gets the module that runs, and its text comes from here. To be called once Node's
 * library knows its options, and before anything of the program's. Answers what makes the loaders forget it.
 */
export function adoptEntryPoint(guest: Guest, entry: EntryPoint): () => void {
  WeakMapPrototypeSet(entryPoints, guest, entry);
  const { pathToFileURL } = guest.library.require("internal/url") as {
    pathToFileURL(path: string): { readonly href: string };
  };
  const { href } = pathToFileURL(entry.filename);
  const forgetRealPath = rememberRealPath(guest, entry.filename, href);
  const takeFromImport = giveSourceToImport(guest, entry.source, href);
  giveSourceToRequire(guest, entry);
  return () => {
    WeakMapPrototypeDelete(entryPoints, guest);
    forgetRealPath();
    takeFromImport();
  };
}

interface FileSystemModule extends Record<string, unknown> {
  realpathSync: (path: string, options: Readonly<Record<symbol, Map<string, string> | undefined>>) => string;
}

/** Both loaders keep the real paths that they have found: the program's is its own name. */
function rememberRealPath(guest: Guest, filename: string, href: string): () => void {
  const library = (id: string) => guest.library.require(id);
  const fileSystem = library("fs") as FileSystemModule;
  const { realpathCacheKey } = library("internal/fs/utils") as { readonly realpathCacheKey: symbol };
  const { toRealPath } = library("internal/modules/helpers") as { toRealPath(path: string): string };
  const { defaultResolve } = library("internal/modules/esm/resolve") as {
    defaultResolve(specifier: string, context: object): unknown;
  };
  const { realpathSync } = fileSystem;
  const caches: Map<string, string>[] = [];
  fileSystem.realpathSync = (path, options) => {
    const cache = options[realpathCacheKey];
    if (cache !== undefined) {
      MapPrototypeSet(cache, path, path);
      ArrayPrototypePush(caches, cache);
    }
    return path;
  };
  try {
    toRealPath(filename);
    defaultResolve(href, { __proto__: null, parentURL: href });
  } finally {
    fileSystem.realpathSync = realpathSync;
  }
  return () => {
    for (let index = 0; index < caches.length; index++) {
      const cache = caches[index];
      if (cache !== undefined) MapPrototypeDelete(cache, filename);
    }
  };
}

interface ModuleLoader extends Record<string, unknown> {
  load(url: string, context: object): unknown;
}

function giveSourceToImport(guest: Guest, source: string, href: string): () => void {
  const { getOrInitializeCascadedLoader } = guest.library.require("internal/modules/esm/loader") as {
    getOrInitializeCascadedLoader(): ModuleLoader;
  };
  const loader = getOrInitializeCascadedLoader();
  const { load } = loader;
  loader.load = (url, context) =>
    ReflectApply(load, loader, [url, isSameFile(url, href) ? { __proto__: null, ...context, source } : context]);
  return () => {
    loader.load = load;
  };
}

/** A query or a fragment makes another module of the same file. */
function isSameFile(url: string, href: string): boolean {
  if (!StringPrototypeStartsWith(url, href)) return false;
  const next = url[href.length];
  return next === undefined || next === "?" || next === "#";
}

interface CommonJsLoader extends Record<string, unknown> {
  wrapModuleLoad(request: string, parent: unknown, isMain: boolean, options?: object): unknown;
}

/** Whoever asks the CommonJS loader first how to load a module is about to load the program. */
function giveSourceToRequire(guest: Guest, { filename, source }: EntryPoint): void {
  const loader = guest.library.require("internal/modules/cjs/loader") as CommonJsLoader;
  const { wrapModuleLoad } = loader;
  const resolved = { __proto__: null, filename, format: undefined, url: undefined };
  const options = { __proto__: null, resolved, source };
  // Bound, so that no frame of ours takes the place of one of the program's in its stacks.
  const loadProgram = FunctionPrototypeBind(wrapModuleLoad, undefined, filename, null, true, options);
  const define = (descriptor: PropertyDescriptor): void => {
    ObjectDefineProperty(loader, "wrapModuleLoad", { ...descriptor, enumerable: true, configurable: true });
  };
  define({
    get() {
      define({ value: wrapModuleLoad, writable: true });
      return loadProgram;
    },
  });
}

/** Text without the byte order mark that neither loader takes for part of a program. */
export function withoutByteOrderMark(text: string): string {
  return text[0] === "\ufeff" ? StringPrototypeSlice(text, 1) : text;
}
