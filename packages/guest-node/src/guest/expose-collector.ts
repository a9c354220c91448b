import type { Guest } from "./guest.ts";
import { ObjectDefineProperty } from "./past-prototypes.ts";
import { promiseFor } from "./primordial.ts";

/** With `--expose-gc`: the global `gc()`, which collects all that can be, now, or so that a promise tells of it. */
export function exposeCollector(guest: Guest): void {
  if (guest.options()["--expose-gc"] !== true) return;
  const { collect } = guest.native.heap;
  const value = {
    gc(options?: { readonly execution?: unknown }) {
      collect();
      return options?.execution === "async" ? promiseFor(undefined) : undefined;
    },
  }.gc;
  ObjectDefineProperty(globalThis, "gc", { value, writable: true, enumerable: false, configurable: true });
}
