import type { GuestEntries, SystemCallAfterword } from "@vivarium/core";
import type { NativeHelper } from "../native/native-helper.ts";
import type { CallByNumber } from "./bare/calls-by-number.ts";
import type { LibraryFunction } from "./library-compiler.ts";
import type { RawCalls } from "./system-calls.ts";

type BootGuest = (
  native: NativeHelper,
  calls: (RawCalls & SystemCallAfterword) & CallByNumber,
  window: Uint8Array,
  setup: string,
  uncached: LibraryFunction | undefined,
) => GuestEntries;

/**
 * What the loader evaluates to: compiles the bundle by the native helper, whose code cache also holds what has run and
 * not only what V8 compiles at once, and boots the guest.
 *
 * @param bundle the body of a function that answers one that boots a guest
 * @param code its code cache
 */
export function loadBundle(
  native: NativeHelper,
  bundle: string,
  code: Uint8Array | undefined,
  calls: (RawCalls & SystemCallAfterword) & CallByNumber,
  window: Uint8Array,
  setup: string,
): GuestEntries {
  const { compileFunction } = native.contextify;
  const name = "node:internal/vivarium";
  // Without an option of its own: what a program has evaluated with none of its frames around imports as its context says.
  const compiled = compileFunction(bundle, name, 0, 0, code, false, undefined, [], [], undefined);
  const boot = compiled.function() as BootGuest;
  const isCached = code !== undefined && compiled.cachedDataRejected !== true;
  return boot(native, calls, window, setup, isCached ? undefined : compiled.function);
}
