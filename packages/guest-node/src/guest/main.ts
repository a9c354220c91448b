import type { GuestConfig, GuestEntries, SystemCallAfterword } from "@vivarium/core";
import type { NativeHelper } from "../native/native-helper.ts";
import { boot } from "./boot.ts";
import { createEntries } from "./entries.ts";
import type { LibraryFunction } from "./library-compiler.ts";
import type { NodeTables } from "./node-tables.ts";
import { JSONParse } from "./primordial.ts";
import type { RawCalls } from "./system-calls.ts";

/**
 * What the bundle evaluates to: boots Node's library in the context that it is called in, and answers the doors by
 * which the kernel enters the guest.
 *
 * @param setup the tables of `node-tables.ts` as JSON
 * @param uncached the function of which the bundle is the body, when it was compiled without code cache
 * @param share given by the bundle: see `BundleParts`
 */
export function bootGuest(
  native: NativeHelper,
  calls: RawCalls & SystemCallAfterword,
  window: Uint8Array,
  setup: string,
  uncached: LibraryFunction | undefined,
  share: () => object,
): GuestEntries {
  const booted = boot(native, calls, window, JSONParse(setup) as NodeTables, { uncached, share });
  return createEntries(booted, (text) => JSONParse(text) as GuestConfig);
}
