import { decodeInert, type EncodeOptions, type EncodeResult, encodeInert } from "@vivarium/core";
import type { GuestCore } from "./guest.ts";
import { createNativeText } from "./native-text.ts";
import { withoutPrototype } from "./past-prototypes.ts";

/** What crosses between a guest and its host, with options that inherit nothing from what a program has put on `Object.prototype`. */
type OwnOptions = Omit<EncodeOptions, "predicates">;

/** A value of the program as bytes for its host. */
export function encodeForHost(
  { native }: Pick<GuestCore, "native">,
  value: unknown,
  options: OwnOptions,
): EncodeResult {
  return encodeInert(value, withoutPrototype({ ...options, predicates: native.types }));
}

/** A value of the host, from its bytes; `live` finds what the guest has handed over. */
export function decodeFromHost(
  { native }: Pick<GuestCore, "native">,
  bytes: Uint8Array,
  live?: (number: number) => unknown,
): unknown {
  return decodeInert(bytes, withoutPrototype({ text: createNativeText(native), ...(live && { live }) }));
}
