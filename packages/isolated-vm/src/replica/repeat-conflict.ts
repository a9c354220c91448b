import { errnoCodeOf, type Outcome, VivariumError } from "@vivarium/core";
import type { CallAnswer } from "@vivarium/kernel";
import type { RepeatMessage } from "../channel/cell-message.ts";

/** How a run ends whose files somebody else has changed in the same moment. */
export const conflictOutcome: Outcome = {
  kind: "crashed",
  code: 1,
  errorMessage: "The program's files were changed by somebody else while it changed them",
};

/** Why the host, which has repeated a call, is not where the guest believes it to be; undefined when it is. */
export function conflictOf({ name, result }: RepeatMessage, answer: CallAnswer): VivariumError | undefined {
  const told = typeof answer.result === "number" ? answer.result : 0;
  // Descriptors are used by their numbers later, and what fails half-way has to fail for the same reason.
  const isAsTold = name === "fs.open" || result < 0 ? told === result : told >= 0;
  if (isAsTold) return undefined;
  const problem = errnoCodeOf(told) ?? "another descriptor";
  return new VivariumError("ERR_FILE_SYSTEM_CONFLICT", { call: name, problem });
}
