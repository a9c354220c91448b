import type { GuestEntries } from "@vivarium/core";
import type { NativeHelper } from "../../native/native-helper.ts";
import type { LibraryFunction } from "../library-compiler.ts";
import { createBareEntries } from "./bare-entries.ts";
import { bootBare } from "./boot-bare.ts";
import type { CallByNumber } from "./calls-by-number.ts";

/**
 * What the bundle of bare guests evaluates to: readies the context that it is called in, and answers the doors by which the
 * kernel enters the guest. Nothing of Node is there.
 *
 * @param uncached the function of which the bundle is the body, when it was compiled without code cache
 */
export function bootGuest(
  native: NativeHelper,
  call: CallByNumber,
  window: Uint8Array,
  _setup: string,
  uncached: LibraryFunction | undefined,
): GuestEntries {
  return createBareEntries(bootBare(native, call, window), uncached);
}
