import { invocationKinds } from "@vivarium/core";
import type { InvocationKind, Invocations } from "../invocations.ts";
import { CallFailure } from "../system-calls/call-failure.ts";
import type { CellHandlers } from "./cell-handlers.ts";
import type { RunRecord } from "./run-record.ts";
import { shortenMessage } from "./shorten-message.ts";

const isKind = (text: string): text is InvocationKind => invocationKinds.some((kind) => kind === text);

/** How a guest that stays tells what has come of the calls of its exports. */
export function createInvocationCalls(
  record: () => RunRecord,
  invocations: () => Invocations | undefined,
): Pick<CellHandlers, "program.loaded" | "invocation.value" | "invocation.end"> {
  const append = (invocation: number, piece: Uint8Array): void => {
    if (invocations()?.append(invocation, piece) !== true) throw new CallFailure("EFBIG");
  };
  return {
    "program.loaded": () => {
      record().isLoaded = true;
      return undefined;
    },
    "invocation.value": (invocation, piece) => {
      append(invocation, piece);
      return undefined;
    },
    "invocation.end": (invocation, kind, message, piece) => {
      if (!isKind(kind)) throw new CallFailure("EINVAL");
      if (piece.byteLength > 0) append(invocation, piece);
      invocations()?.end(invocation, kind, shortenMessage(message));
      return undefined;
    },
  };
}
