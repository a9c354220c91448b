import type { NativeHelper } from "../native/native-helper.ts";
import type { AsyncWaits } from "./async-waits.ts";
import { adoptCollector } from "./expose-collector.ts";
import type { Finalizers } from "./finalizers.ts";
import type { ClockFreeze } from "./frozen-realm.ts";
import { ReflectDeleteProperty } from "./primordial.ts";
import { keepWebAssemblyOnThread } from "./web-assembly.ts";

/** What a guest does with a fresh context, before any program has seen it. */
export type AdoptRealm = (global: typeof globalThis) => void;

/** Takes over what V8 would do in tasks of its own, between two entries into the guest: none of them is within a deadline. */
export function createRealmAdoption(
  finalizers: Finalizers,
  waits: AsyncWaits,
  freeze: ClockFreeze,
  { heap, types, util }: Pick<NativeHelper, "heap" | "types" | "util">,
): AdoptRealm {
  return (global) => {
    finalizers.adopt(global);
    waits.adopt(global.Atomics);
    keepWebAssemblyOnThread(global.WebAssembly, types.isWasmModuleObject, util);
    freeze.adopt(global);
    // No standard has it, and Node takes it away.
    ReflectDeleteProperty(global.Intl, "v8BreakIterator");
    adoptCollector(heap, global);
  };
}
