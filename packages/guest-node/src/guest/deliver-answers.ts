import { ANSWER_PARTS, type SystemCallResult } from "@vivarium/core";
import { enterGuarded } from "./enter-guarded.ts";
import type { GuestCore } from "./guest.ts";
import type { CallRegistry } from "./system-calls.ts";

/** Delivers answers of the kernel, each with the ticks and microtasks that come of it before the next. */
export function deliverAnswers(guest: GuestCore, registry: CallRegistry, answers: readonly SystemCallResult[]): void {
  const placePayload = payloadPlacer(registry, answers);
  // In this function, since each frame of ours is one less of the program's in the stack of an error that is made here.
  for (let part = 0; part < answers.length; part += ANSWER_PARTS) {
    placePayload(part);
    const request = answers[part] as number;
    const result = answers[part + 1];
    const reason = answers[part + 2] as string | undefined;
    enterGuarded(guest, () => {
      const deliver = registry.deliver(request, result, reason);
      if (deliver !== undefined) guest.loop.poll(() => deliver(result, reason));
    });
    enterGuarded(guest, guest.loop.settle);
  }
}

/** Puts the payload of one answer after the other where payloads are taken from: called with where each begins, in order. */
export function payloadPlacer(
  registry: Pick<CallRegistry, "copyPayloads" | "place">,
  answers: readonly SystemCallResult[],
): (part: number) => void {
  // What a program does with the first may overwrite the window.
  const payloads = answers.length > ANSWER_PARTS ? registry.copyPayloads(answers) : undefined;
  let end = 0;
  return (part) => {
    const start = end;
    end += answers[part + 3] as number;
    if (part > 0 && end > start && payloads !== undefined) registry.place(payloads, start, end);
  };
}
