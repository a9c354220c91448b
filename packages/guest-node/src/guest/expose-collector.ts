import type { NativeHeap } from "../native/native-heap.ts";
import type { Guest } from "./guest.ts";
import { ObjectDefineProperty } from "./past-prototypes.ts";
import { globalObject, promiseFor, WeakSetPrototypeAdd, WeakSetPrototypeHas } from "./primordial.ts";

/** Of guests whose fresh contexts have `gc()`. */
const exposing = new WeakSet<NativeHeap>();

/** With `--expose-gc`: the global `gc()`, which collects all that can be, now, or so that a promise tells of it. */
export function exposeCollector(guest: Guest): void {
  if (guest.options()["--expose-gc"] !== true) return;
  exposeCollectorLater(guest.native.heap);
  adoptCollector(guest.native.heap, globalObject);
}

/** As `v8.setFlagsFromString("--expose-gc")`: contexts that are made from now on have it. */
export function exposeCollectorLater(heap: NativeHeap): void {
  WeakSetPrototypeAdd(exposing, heap);
}

export function adoptCollector(heap: NativeHeap, global: object): void {
  if (!WeakSetPrototypeHas(exposing, heap)) return;
  const { collect } = heap;
  const value = {
    gc(options?: { readonly execution?: unknown }) {
      collect();
      return options?.execution === "async" ? promiseFor(undefined) : undefined;
    },
  }.gc;
  ObjectDefineProperty(global, "gc", { value, writable: true, enumerable: false, configurable: true });
}
