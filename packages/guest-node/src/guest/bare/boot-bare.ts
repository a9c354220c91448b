import type { NativeHelper } from "../../native/native-helper.ts";
import { createAsyncWaits } from "../async-waits.ts";
import { serveImports } from "../es-modules/import-modules.ts";
import { createModuleGraph, type ModuleGraph } from "../es-modules/module-graph.ts";
import { createEventLoop } from "../event-loop.ts";
import { createFinalizers, type Finalizers } from "../finalizers.ts";
import type { GuestCore } from "../guest.ts";
import { HostModules } from "../modules/host-modules.ts";
import { registryOf } from "../own-registry.ts";
import { globalObject, ReflectApply } from "../primordial.ts";
import { type CallRegistry, createCallRegistry } from "../system-calls.ts";
import { afterwordByNumber, type CallByNumber, callsByName } from "./calls-by-number.ts";
import { reportThrown, warnOfRejection } from "./report-thrown.ts";
import { resolveBare } from "./resolve-bare.ts";
import { shownStack } from "./shown-stack.ts";
import { watchRejections } from "./watch-rejections.ts";

/** A bare guest that no program has seen, and what only its entries may see of it. */
export interface BareGuest {
  readonly guest: GuestCore;
  readonly registry: CallRegistry;
  readonly graph: ModuleGraph;
  readonly finalizers: Finalizers;
  readonly modules: HostModules;
  /** The program's name, once it has one. */
  entryName: string;
  /** A rejection that nobody handles ends the guest, unless it is only to be told of. */
  warnsOfRejections: boolean;
}

/** Beyond the language, V8 gives every context these. */
const NOT_OF_THE_LANGUAGE = ["console", "WebAssembly"] as const;

/** Readies this context for a program that is to see nothing but the language. */
export function bootBare(native: NativeHelper, call: CallByNumber, window: Uint8Array): BareGuest {
  native.microtasks.setPolicyExplicit(true);
  const registry = createCallRegistry(callsByName(call), afterwordByNumber(call), window);
  const loop = createEventLoop(native, registry, plainCallbacks);
  const guest: GuestCore = {
    native,
    calls: registry.calls,
    loop,
    exit(code) {
      registry.calls.sync("process.exit", code);
      native.control.terminate();
      // The termination takes effect at the next stack check; until then nothing else may run.
      for (;;);
    },
  };
  for (let index = 0; index < NOT_OF_THE_LANGUAGE.length; index++) {
    delete (globalObject as Record<string, unknown>)[NOT_OF_THE_LANGUAGE[index] as string];
  }
  const finalizers = createFinalizers(native, loop);
  const waits = createAsyncWaits(native, loop);
  finalizers.adopt(globalObject);
  waits.adopt(globalObject.Atomics);
  loop.between = { dueAt: waits.dueAt, endDue: waits.endDue, wantsTurn: finalizers.wantsTurn };
  const compiledAt = native.util.createPrivateSymbol("arrow_message_private_symbol");
  loop.onUncaught = (error, arrow) => reportThrown(guest, error, arrow, compiledAt);
  native.errors.setUncaughtCallback((error) => loop.onUncaught(error));
  native.errors.setPrepareStackTraceCallback(shownStack);
  // As the program finds it, whatever it makes of the global object later.
  const { FinalizationRegistry: Registry } = globalObject;
  const modules = new HostModules(guest, (cleanup) => registryOf(() => Registry, cleanup));
  const resolve = resolveBare(guest, modules);
  const graph = createModuleGraph(native, resolve);
  const bare: BareGuest = { guest, registry, graph, finalizers, modules, entryName: "", warnsOfRejections: false };
  watchRejections(native, loop, (reason) => {
    if (bare.warnsOfRejections) warnOfRejection(guest, reason);
    else loop.onUncaught(reason);
  });
  serveImports(native, { graph, resolve, modules, entry: () => bare.entryName });
  return bare;
}

/** Nobody follows what a callback belongs to. */
const plainCallbacks: Parameters<typeof createEventLoop>[2] = {
  run(_wrap, callback, self, args) {
    return ReflectApply(callback, self, args);
  },
};
