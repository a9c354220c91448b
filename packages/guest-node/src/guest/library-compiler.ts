import { typescriptModule } from "./amaro.ts";
import type { NativeHelper } from "../native/native-helper.ts";
import type { GuestCalls } from "./system-calls.ts";
import { StringPrototypeStartsWith } from "./primordial.ts";

type LibraryFunction = (...args: unknown[]) => unknown;

/** Turns a module of Node's library into a function of the parameters that Node gives it. */
export interface LibraryCompiler {
  compile(id: string): LibraryFunction;
}

const MODULE = ["exports", "require", "module", "process", "internalBinding", "primordials"];
const BOOTSTRAP = ["process", "require", "internalBinding", "primordials"];
const REALM = ["process", "getLinkedBinding", "getInternalBinding", "primordials"];
const PER_CONTEXT = ["exports", "primordials", "privateSymbols", "perIsolateSymbols"];

function parametersOf(id: string): readonly string[] {
  if (id === "internal/bootstrap/realm") return REALM;
  if (StringPrototypeStartsWith(id, "internal/per_context/")) return PER_CONTEXT;
  if (StringPrototypeStartsWith(id, "internal/main/") || StringPrototypeStartsWith(id, "internal/bootstrap/")) {
    return BOOTSTRAP;
  }
  return MODULE;
}

/** Compiles from the sources that the kernel hands out, with the code cache that it keeps. */
export function createLibraryCompiler(native: NativeHelper, calls: GuestCalls, hostSymbol: symbol): LibraryCompiler {
  return {
    compile(id) {
      if (id === AMARO) return typescriptModule(calls);
      const source = calls.sync("library.source", id);
      if (typeof source !== "string") throw new Error(`No such built-in module: ${id}`);
      const length = calls.sync("library.code", id);
      const cache = typeof length === "number" && length > 0 ? calls.payload(length) : undefined;
      const produce = cache === undefined;
      const compiled = native.contextify.compileFunction(
        source,
        `node:${id}`,
        0,
        0,
        cache,
        produce,
        undefined,
        [],
        parametersOf(id),
        hostSymbol,
      );
      if (compiled.cachedData !== undefined) calls.syncWithInput("library.keep", compiled.cachedData, id);
      return compiled.function as LibraryFunction;
    },
  };
}

/** Node's bundled TypeScript stripper, which is WebAssembly of its own; ours asks the kernel. */
const AMARO = "internal/deps/amaro/dist/index";
