import { GUEST_BUNDLE, type GuestConfig, type SystemCallAfterword } from "@vivarium/core";
import type { NativeHelper } from "../native/native-helper.ts";
import { createRealmAdoption } from "./adopt-realm.ts";
import { createAsyncWaits } from "./async-waits.ts";
import { createAsyncWraps } from "./async-wraps.ts";
import { createEventLoop } from "./event-loop.ts";
import { type FatalEnhancers, reportFatalException } from "./fatal-exception.ts";
import { createFinalizers, type Finalizers } from "./finalizers.ts";
import { type ClockFreeze, createClockFreeze } from "./frozen-realm.ts";
import type { Guest, Library } from "./guest.ts";
import { createGuestErrors } from "./guest-errors.ts";
import { type BindingParts, createBindingLoader } from "./internal-binding.ts";
import { createLateBundles } from "./late-bundles.ts";
import { createLibraryCompiler, type LibraryCompiler, type LibraryFunction } from "./library-compiler.ts";
import { ThreadMemory } from "./messaging/thread-memory.ts";
import { createProcessObject } from "./node-process.ts";
import type { NodeTables } from "./node-tables.ts";
import { ArrayPrototypePush, dictionary, withoutPrototype } from "./past-prototypes.ts";
import { globalObject, ObjectSetPrototypeOf } from "./primordial.ts";
import { createStartUpSnapshot } from "./start-up-snapshot.ts";
import { type CallRegistry, createCallRegistry, type RawCalls } from "./system-calls.ts";

/** A booted guest, and what only the entries may see of it. */
export interface BootedGuest {
  readonly guest: Guest;
  readonly registry: CallRegistry;
  readonly compiler: LibraryCompiler;
  readonly enhancers: FatalEnhancers;
  /** Tells the guest who it is. */
  configure(config: GuestConfig): void;
  /** Lets every clock stand still, when the run asks for it. */
  freezeClocks(): void;
  beginLoop(): void;
}

interface Late {
  config: GuestConfig | undefined;
  options: GuestConfig["options"];
  library: Library | undefined;
  bufferPrototype: object | undefined;
  readonly onStart: (() => void)[];
  readonly onLoopStart: (() => void)[];
  readonly onEnd: (() => void)[];
  wake: (memory: SharedArrayBuffer) => void;
}

const PER_CONTEXT = [
  "internal/per_context/primordials",
  "internal/per_context/domexception",
  "internal/per_context/messageport",
] as const;

const BOOTSTRAP = [
  "internal/bootstrap/node",
  "internal/bootstrap/web/exposed-wildcard",
  "internal/bootstrap/web/exposed-window-or-worker",
  "internal/bootstrap/switches/is_main_thread",
  "internal/bootstrap/switches/does_own_process_state",
] as const;

/** What the bundle knows of itself. */
export interface BundleParts {
  /** The function of which it is the body, when it was compiled without code cache. */
  readonly uncached: LibraryFunction | undefined;
  /** Makes what bundles that are loaded later are given of it. */
  readonly share: () => object;
}

/** Boots Node's library in this context, as far as Node itself does before it knows its command line. */
export function boot(
  native: NativeHelper,
  raw: RawCalls & SystemCallAfterword,
  window: Uint8Array,
  tables: NodeTables,
  { uncached, share }: BundleParts,
): BootedGuest {
  native.microtasks.setPolicyExplicit(true);
  const registry = createCallRegistry(raw, raw, window);
  const late: Late = {
    config: undefined,
    options: dictionary<never>(),
    library: undefined,
    bufferPrototype: undefined,
    onStart: [],
    onLoopStart: [],
    onEnd: [],
    wake: () => undefined,
  };
  const guest = createGuest(native, registry, tables, late);
  const freeze = createClockFreeze(native);
  const finalizers = adoptRealms(guest, freeze, late);
  const enhancers: FatalEnhancers = { before: undefined, after: undefined };
  guest.loop.onUncaught = (error, arrow) => reportFatalException(guest, enhancers, error, false, arrow);
  native.errors.setUncaughtCallback((error) => guest.loop.onUncaught(error));
  const internal = guest.symbols["vm_dynamic_import_default_internal"] as symbol;
  const compiler = createLibraryCompiler(native, registry.calls, internal);
  if (uncached !== undefined) compiler.keepLater(GUEST_BUNDLE, uncached);
  const takeLate = createLateBundles(compiler.compile, share);
  runLibrary(guest, { compiler, enhancers, takeLate }, late);
  compiler.keepCode();
  return {
    guest,
    compiler,
    registry,
    enhancers,
    configure(config) {
      late.config = config;
      late.options = withoutPrototype({ ...config.options });
      guest.loop.waiters.begin();
      runAll(late.onStart);
      finalizers.begin();
    },
    freezeClocks() {
      if (registry.calls.sync("clock.isFrozen") !== 1) return;
      freeze.begin(globalObject, registry.calls.sync("clock.epoch") as number);
      compiler.replacePrimordials(freeze.replaceIn(guest.primordials));
    },
    beginLoop() {
      runAll(late.onLoopStart);
    },
  };
}

/** Before Node's library has captured anything: it is served as the program is. */
function adoptRealms({ native, loop, threadMemory }: Guest, freeze: ClockFreeze, late: Late): Finalizers {
  const finalizers = createFinalizers(native, loop);
  const waits = createAsyncWaits(native, loop, threadMemory);
  late.wake = waits.wake;
  loop.between = { dueAt: waits.dueAt, endDue: waits.endDue, wantsTurn: finalizers.wantsTurn };
  const adopt = createRealmAdoption(finalizers, waits, freeze, native);
  adopt(globalObject);
  native.contextify.setContextCallback(adopt);
  return finalizers;
}

function runAll(callbacks: readonly (() => void)[]): void {
  for (let index = 0; index < callbacks.length; index++) callbacks[index]?.();
}

function createGuest(native: NativeHelper, registry: CallRegistry, tables: NodeTables, late: Late): Guest {
  const privateSymbols = symbolTable(tables.privateSymbols, (name) => native.util.createPrivateSymbol(name));
  const wraps = createAsyncWraps(native, tables);
  const exitInfo = privateSymbols["exit_info_private_symbol"] as symbol;
  const early = <Value>(value: Value | undefined, what: string): Value => {
    if (value === undefined) throw new Error(`${what} is not there before the guest has started`);
    return value;
  };
  return {
    tables,
    native,
    calls: registry.calls,
    wraps,
    errors: createGuestErrors(tables),
    threadMemory: new ThreadMemory(),
    wake: (memory) => late.wake(memory),
    snapshot: createStartUpSnapshot(),
    loop: createEventLoop(native, registry, wraps),
    primordials: {},
    perContext: {},
    privateSymbols,
    symbols: symbolTable(tables.symbols, (name) => Symbol(name)),
    process: createProcessObject(tables, exitInfo),
    get library() {
      return early(late.library, "the library");
    },
    get config() {
      return early(late.config, "the configuration");
    },
    onStart(callback) {
      ArrayPrototypePush(late.onStart, callback);
      if (late.config !== undefined) callback();
    },
    onLoopStart(callback) {
      ArrayPrototypePush(late.onLoopStart, callback);
    },
    onEnd(callback) {
      ArrayPrototypePush(late.onEnd, callback);
    },
    beforeEnd() {
      runAll(late.onEnd);
    },
    options: () => late.options,
    setBufferPrototype(prototype) {
      late.bufferPrototype = prototype;
    },
    toBuffer(bytes) {
      return ObjectSetPrototypeOf(bytes, early(late.bufferPrototype, "Buffer.prototype")) as Uint8Array;
    },
    exit(code) {
      runAll(late.onEnd);
      // A script's own limit that is over already stops the guest right here, and it has not ended.
      if (!native.control.beginEnd()) for (;;);
      registry.calls.sync("process.exit", code);
      native.control.terminate();
      // The termination takes effect at the next stack check; until then nothing else may run.
      for (;;);
    },
  };
}

function symbolTable(names: readonly string[], make: (name: string) => symbol): Record<string, symbol> {
  const table = dictionary<symbol>();
  for (let index = 0; index < names.length; index++) {
    const name = names[index];
    if (name !== undefined) table[name] = make(name);
  }
  return table;
}

function runLibrary(guest: Guest, parts: Omit<BindingParts, "adopt">, late: Late): void {
  const { compiler } = parts;
  const { process, primordials, perContext, privateSymbols, symbols } = guest;
  for (let index = 0; index < PER_CONTEXT.length; index++) {
    compiler.compile(PER_CONTEXT[index] as string)(perContext, primordials, privateSymbols, symbols);
  }
  const adopt = (library: Library) => {
    late.library = library;
  };
  const load = createBindingLoader(guest, { ...parts, adopt });
  const linked = () => {
    throw guest.errors.coded("Error", "ERR_INVALID_MODULE", "No such binding");
  };
  compiler.compile("internal/bootstrap/realm")(process, linked, load, primordials);
  const { require, internalBinding } = guest.library;
  for (let index = 0; index < BOOTSTRAP.length; index++) {
    compiler.compile(BOOTSTRAP[index] as string)(process, require, internalBinding, primordials);
  }
}
