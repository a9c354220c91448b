import type { CallAnswer } from "@vivarium/kernel";

/** An answer that stays as it is: the payload may be a view of what the next call writes to. */
export function withOwnPayload(answer: CallAnswer): CallAnswer {
  return answer.payload === undefined ? answer : { ...answer, payload: answer.payload.slice() };
}
