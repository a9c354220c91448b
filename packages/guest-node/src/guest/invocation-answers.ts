import type { invocationKinds } from "@vivarium/core";
import { briefly } from "./fatal-exception.ts";
import type { GuestCore } from "./guest.ts";
import { encodeForHost } from "./host-values.ts";
import { MOST_RETURNED } from "./modules/returned-iterables.ts";
import { shorten } from "./shorten.ts";

/** A call of the host whose end is to be told. */
export interface Invoked {
  readonly id: number;
  /** Bytes that what it returns may have. */
  readonly limitBytes: number;
}

type EndKind = (typeof invocationKinds)[number];

/** Longest message that is told of what was thrown. */
const THROWN_MAX = 16_384;
/** Bytes of an error that leaves the guest as data. */
const THROWN_MAX_BYTES = 1024 * 1024;
const NOTHING = new Uint8Array(0);

/** It has returned this. */
export function tellReturned(guest: GuestCore, invoked: Invoked, value: unknown): void {
  tellValue(guest, invoked, value, "returned");
}

/** An iteration is over, with this. */
export function tellDone(guest: GuestCore, invoked: Invoked, value: unknown): void {
  tellValue(guest, invoked, value, "done");
}

/** It has returned an async iterable, which goes by this number; by none, where there are too many. */
export function tellIteration(guest: GuestCore, invoked: Invoked, number: number | undefined): void {
  if (number !== undefined) tellValue(guest, invoked, number, "iterable");
  else end(guest, invoked, "unexportable", `the host has ${MOST_RETURNED} async iterables of this program open`);
}

/** There is nothing to be called. */
export function tellMissing(guest: GuestCore, invoked: Invoked): void {
  end(guest, invoked, "no-function", "the program exports no function of this name");
}

/** What was thrown, in words, and as data where it is that. */
export function tellThrown(guest: GuestCore, invoked: Invoked, error: unknown): void {
  const message = shorten(briefly(guest, error), THROWN_MAX);
  const result = encodeForHost(guest, error, { limitBytes: THROWN_MAX_BYTES, name: "the error", lends: true });
  end(guest, invoked, "threw", message, result.kind === "encoded" ? result.bytes : NOTHING);
}

function tellValue(guest: GuestCore, invoked: Invoked, value: unknown, kind: EndKind): void {
  const { id, limitBytes } = invoked;
  const onPiece = (piece: Uint8Array): void => {
    guest.calls.syncWithInput("invocation.value", piece, id);
  };
  const result = encodeForHost(guest, value, { limitBytes, name: "the result", lends: true, onPiece });
  switch (result.kind) {
    case "encoded":
      end(guest, invoked, kind, "", result.bytes);
      return;
    case "refused":
      end(guest, invoked, "unexportable", result.message);
      return;
    case "too-large":
      end(guest, invoked, "result-limit", result.message);
      return;
    default:
      result satisfies never;
  }
}

/** @param piece the last of its value: to hand it over by a call of its own would take as long again */
function end(guest: GuestCore, { id }: Invoked, kind: EndKind, message: string, piece: Uint8Array = NOTHING): void {
  guest.calls.syncWithInput("invocation.end", piece, id, kind, message);
}
