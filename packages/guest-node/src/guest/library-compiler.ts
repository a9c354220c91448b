import { GUEST_BUNDLE, lateBundleId } from "@vivarium/core";
import type { NativeHelper } from "../native/native-helper.ts";
import { typescriptModule } from "./amaro.ts";
import { GUEST_SCRIPT } from "./guest-script.ts";
import { ArrayPrototypePush } from "./past-prototypes.ts";
import { ObjectKeys, ReflectApply, StringPrototypeStartsWith } from "./primordial.ts";
import type { GuestCalls } from "./system-calls.ts";

export type LibraryFunction = (...args: unknown[]) => unknown;

/** Turns a module of Node's library into a function of the parameters that Node gives it. */
export interface LibraryCompiler {
  /** Also of a late bundle of ours, whose parameter is what the first one shares. */
  compile(id: string): LibraryFunction;
  /** What modules of the library that are compiled from here on are given in the stead of its `primordials`. */
  replacePrimordials(primordials: Record<string, unknown>): void;
  /** What `fetch` is from reads globals that not every guest has: from here on it is given these, by their names. */
  giveGlobals(globals: () => Readonly<Record<string, unknown>>): void;
  /** A function that was compiled without code cache. */
  keepLater(id: string, compiled: LibraryFunction): void;
  /**
   * Hands the kernel the code cache of everything that was compiled without one, with all that has run in it so far.
   * Heeded only while a cell prepares itself.
   */
  keepCode(): void;
}

/** The errno by which the kernel says that it keeps nothing. */
const EPERM = -1;
const NOTHING = new Uint8Array();

const MODULE = ["exports", "require", "module", "process", "internalBinding", "primordials"];
const BOOTSTRAP = ["process", "require", "internalBinding", "primordials"];
const REALM = ["process", "getLinkedBinding", "getInternalBinding", "primordials"];
const LATE = ["$shared"];
const PER_CONTEXT = ["exports", "primordials", "privateSymbols", "perIsolateSymbols"];

const LATE_BUNDLES = lateBundleId("");

function isLate(id: string): boolean {
  return StringPrototypeStartsWith(id, LATE_BUNDLES);
}

function parametersOf(id: string): readonly string[] {
  if (id === "internal/bootstrap/realm") return REALM;
  if (StringPrototypeStartsWith(id, "internal/per_context/")) return PER_CONTEXT;
  if (StringPrototypeStartsWith(id, "internal/main/") || StringPrototypeStartsWith(id, "internal/bootstrap/")) {
    return BOOTSTRAP;
  }
  return isLate(id) ? LATE : MODULE;
}

/**
 * What stands in the stacks of most programs. V8 gives a nameless function the name of what it was first assigned to,
 * unless it is compiled at once; Node's own library is, so its `Module._extensions['.js']` shows as `Object..js`.
 * All of it at once would take a guest a quarter longer to boot.
 */
function isSeenInStacks(id: string): boolean {
  return StringPrototypeStartsWith(id, "internal/modules/") || id === "diagnostics_channel";
}

function givenPrimordials(compiled: LibraryFunction, primordials: Record<string, unknown>): LibraryFunction {
  return (exports, require, module, process, internalBinding) =>
    compiled(exports, require, module, process, internalBinding, primordials);
}

/** Compiled for this guest alone: its code cache is that of the module without more parameters. */
function givenGlobals(
  { contextify }: NativeHelper,
  calls: GuestCalls,
  hostSymbol: symbol,
  globals: Readonly<Record<string, unknown>>,
): LibraryFunction {
  const names = ObjectKeys(globals);
  const parameters: string[] = [];
  for (let index = 0; index < MODULE.length; index++) ArrayPrototypePush(parameters, MODULE[index] as string);
  for (let index = 0; index < names.length; index++) ArrayPrototypePush(parameters, names[index] as string);
  const source = calls.sync("library.source", UNDICI) as string;
  const name = `node:${UNDICI}`;
  const compiled = contextify.compileFunction(
    source,
    name,
    0,
    0,
    undefined,
    false,
    undefined,
    [],
    parameters,
    hostSymbol,
  );
  return (...own) => {
    const args: unknown[] = [];
    for (let index = 0; index < MODULE.length; index++) ArrayPrototypePush(args, own[index]);
    for (let index = 0; index < names.length; index++) ArrayPrototypePush(args, globals[names[index] as string]);
    return ReflectApply(compiled.function, undefined, args);
  };
}

/** Compiles from the sources that the kernel hands out, with the code cache that it keeps. */
export function createLibraryCompiler(native: NativeHelper, calls: GuestCalls, hostSymbol: symbol): LibraryCompiler {
  const uncached: { readonly id: string; readonly compiled: LibraryFunction }[] = [];
  const keepLater = (id: string, compiled: LibraryFunction) => {
    ArrayPrototypePush(uncached, { id, compiled });
  };
  let replaced: Record<string, unknown> | undefined;
  let globals: (() => Readonly<Record<string, unknown>>) | undefined;
  return {
    keepLater,
    giveGlobals(given) {
      globals = given;
    },
    replacePrimordials(primordials) {
      replaced = primordials;
    },
    compile(id) {
      if (id === AMARO) return typescriptModule(calls);
      if (id === UNDICI && globals !== undefined) return givenGlobals(native, calls, hostSymbol, globals());
      const source = calls.sync("library.source", id);
      if (typeof source !== "string") throw new Error(`No such built-in module: ${id}`);
      const length = calls.sync("library.code", id);
      const cache = typeof length === "number" && length > 0 ? calls.payload(length) : undefined;
      const result = native.contextify.compileFunction(
        source,
        isLate(id) ? GUEST_SCRIPT : `node:${id}`,
        0,
        0,
        cache,
        false,
        undefined,
        [],
        parametersOf(id),
        hostSymbol,
        isSeenInStacks(id),
      );
      const compiled = result.function as LibraryFunction;
      if (cache === undefined || result.cachedDataRejected === true) keepLater(id, compiled);
      return replaced === undefined || parametersOf(id) !== MODULE ? compiled : givenPrimordials(compiled, replaced);
    },
    keepCode() {
      // Making it is work: asks first.
      if (uncached.length === 0 || calls.syncWithInput("library.keep", NOTHING, GUEST_BUNDLE) === EPERM) return;
      for (let index = 0; index < uncached.length; index++) {
        const entry = uncached[index];
        if (entry === undefined) continue;
        const data = native.contextify.createFunctionCachedData(entry.compiled);
        if (data !== undefined && calls.syncWithInput("library.keep", data, entry.id) !== 0) return;
      }
    },
  };
}

/** Node's bundled TypeScript stripper, which is WebAssembly of its own; ours asks the kernel. */
const AMARO = "internal/deps/amaro/dist/index";

/** What `fetch` and its classes are from. */
const UNDICI = "internal/deps/undici/undici";
