import type { Outcome } from "@vivarium/core";

/** The outcome of a run that its embedder has aborted; the reason is the embedder's own. */
export function abortOutcome(reason: unknown): Outcome {
  const text = reason instanceof Error ? reason.message : typeof reason === "string" ? reason : undefined;
  return { kind: "aborted", code: 130, ...(text === undefined ? {} : { reason: text }) };
}

/** The outcome of a run whose driver is disposed of under it. */
export const disposedOutcome: Outcome = { kind: "aborted", code: 130, reason: "The runtime has been disposed of" };
