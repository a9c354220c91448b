import { encodeInert } from "@vivarium/core";
import type { Guest } from "./guest.ts";

/** Hands the program's exports to the kernel as inert data, or says why they are none. */
export function collectExports(guest: Guest, value: unknown, limitBytes: number): void {
  const result = encodeInert(value, { predicates: guest.native.types, limitBytes });
  switch (result.kind) {
    case "encoded":
      guest.calls.syncWithInput("result.exports", result.bytes);
      return;
    case "refused":
      guest.calls.sync("result.refuse", "unexportable", result.message);
      return;
    case "too-large":
      guest.calls.sync("result.refuse", "result-limit", result.message);
      return;
    default:
      result satisfies never;
  }
}
