import { briefly } from "./fatal-exception.ts";
import type { GuestCore } from "./guest.ts";
import { encodeForHost } from "./host-values.ts";
import { shorten } from "./shorten.ts";

/** Hands the program's exports to the kernel as inert data, or says why they are none. */
export function collectExports(guest: GuestCore, read: () => unknown, limitBytes: number): void {
  // A program may have put a getter or a proxy where its exports are looked for.
  const thrown = guest.native.errors.callCatching(() => handOver(guest, read(), limitBytes));
  if (thrown === undefined) return;
  const message = shorten(briefly(guest, thrown[0]), THROWN_MAX);
  guest.calls.sync("result.refuse", "unexportable", `exports: reading them threw ${message}`);
}

/** Longest message that is told of what was thrown. */
const THROWN_MAX = 1024;

function handOver(guest: GuestCore, value: unknown, limitBytes: number): void {
  const onPiece = (piece: Uint8Array): void => {
    guest.calls.syncWithInput("result.exports", piece);
  };
  const result = encodeForHost(guest, value, { limitBytes, onPiece });
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
