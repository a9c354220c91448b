import { ANSWER_PARTS, type SystemCallResult } from "@vivarium/core";
import { enterGuarded } from "./enter-guarded.ts";
import type { GuestCore } from "./guest.ts";
import type { CallRegistry } from "./system-calls.ts";

type TakeAnswer = (request: number, result: SystemCallResult, reason: string | undefined) => void;

/** Delivers answers of the kernel, each with the ticks and microtasks that come of it before the next. */
export function deliverAnswers(guest: GuestCore, registry: CallRegistry, answers: readonly SystemCallResult[]): void {
  takeApart(registry, answers, (request, result, reason) => {
    enterGuarded(guest, () => {
      const deliver = registry.deliver(request, result, reason);
      if (deliver !== undefined) guest.loop.poll(() => deliver(result, reason));
    });
    enterGuarded(guest, guest.loop.settle);
  });
}

/** Calls `take` for each of these answers, while its payload is where payloads are taken from. */
export function takeApart(
  registry: Pick<CallRegistry, "copyPayloads" | "place">,
  answers: readonly SystemCallResult[],
  take: TakeAnswer,
): void {
  // What a program does with the first may overwrite the window.
  const payloads = answers.length > ANSWER_PARTS ? registry.copyPayloads(answers) : undefined;
  let end = 0;
  for (let part = 0; part < answers.length; part += ANSWER_PARTS) {
    const start = end;
    end += answers[part + 3] as number;
    if (part > 0 && end > start && payloads !== undefined) registry.place(payloads, start, end);
    take(answers[part] as number, answers[part + 1], answers[part + 2] as string | undefined);
  }
}
