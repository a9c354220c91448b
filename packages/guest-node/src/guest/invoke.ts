import { decodeInert, encodeInert } from "@vivarium/core";
import { briefly } from "./fatal-exception.ts";
import { findExport } from "./find-export.ts";
import type { GuestCore } from "./guest.ts";
import { createNativeText } from "./native-text.ts";
import { PromisePrototypeThen, promiseFor, ReflectApply } from "./primordial.ts";
import { shorten } from "./shorten.ts";

/** A call of an export by the host. */
export interface Invoked {
  readonly id: number;
  /** For its message, and where it is looked for. */
  readonly name: string;
  /** Bytes that what it returns may have. */
  readonly limitBytes: number;
}

/** Longest message that is told of what was thrown. */
const THROWN_MAX = 16_384;
/** Bytes of an error that leaves the guest as data. */
const THROWN_MAX_BYTES = 1024 * 1024;

/** Calls an export, and tells the kernel what came of it once that has settled. */
export function invoke(guest: GuestCore, exported: () => unknown, invoked: Invoked, args: Uint8Array): void {
  let result: unknown;
  let isMissing = false;
  const thrown = guest.native.errors.callCatching(() => {
    const found = findExport(guest, exported(), invoked.name);
    if (found === undefined) isMissing = true;
    else
      result = ReflectApply(
        found.callee,
        found.receiver,
        decodeInert(args, { text: createNativeText(guest.native) }) as unknown[],
      );
  });
  if (thrown !== undefined) tellThrown(guest, invoked, thrown[0]);
  else if (isMissing) end(guest, invoked, "no-function", `the program exports no function of this name`);
  else follow(guest, invoked, result);
}

function follow(guest: GuestCore, invoked: Invoked, result: unknown): void {
  if ((typeof result !== "object" && typeof result !== "function") || result === null) {
    tellReturned(guest, invoked, result);
    return;
  }
  PromisePrototypeThen(
    promiseFor(result),
    (value) => tellReturned(guest, invoked, value),
    (error) => tellThrown(guest, invoked, error),
  );
}

function tellReturned(guest: GuestCore, invoked: Invoked, value: unknown): void {
  const { id, limitBytes } = invoked;
  const onPiece = (piece: Uint8Array): void => {
    guest.calls.syncWithInput("invocation.value", piece, id);
  };
  const result = encodeInert(value, { predicates: guest.native.types, limitBytes, name: "the result", onPiece });
  switch (result.kind) {
    case "encoded":
      onPiece(result.bytes);
      end(guest, invoked, "returned", "");
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

/** What was thrown, in words, and as data where it is that. */
function tellThrown(guest: GuestCore, invoked: Invoked, error: unknown): void {
  const message = shorten(briefly(guest, error), THROWN_MAX);
  const result = encodeInert(error, {
    predicates: guest.native.types,
    limitBytes: THROWN_MAX_BYTES,
    name: "the error",
  });
  if (result.kind === "encoded") guest.calls.syncWithInput("invocation.value", result.bytes, invoked.id);
  end(guest, invoked, "threw", message);
}

function end(guest: GuestCore, { id }: Invoked, kind: string, message: string): void {
  guest.calls.sync("invocation.end", id, kind, message);
}
