import { ANSWER_PARTS, type SystemCallResult } from "@vivarium/core";
import { enterGuarded } from "./enter-guarded.ts";
import type { GuestCore } from "./guest.ts";
import type { CallRegistry } from "./system-calls.ts";

/** Delivers answers of the kernel, each with the ticks and microtasks that come of it before the next. */
export function deliverAnswers(guest: GuestCore, registry: CallRegistry, answers: readonly SystemCallResult[]): void {
  // What a program does with the first may overwrite the window.
  const payloads = answers.length > ANSWER_PARTS ? registry.copyPayloads(answers) : undefined;
  for (let index = 0; index * ANSWER_PARTS < answers.length; index++) {
    const payload = index > 0 ? payloads?.[index] : undefined;
    if (payload !== undefined) registry.place(payload);
    const request = answers[index * ANSWER_PARTS] as number;
    const result = answers[index * ANSWER_PARTS + 1];
    const reason = answers[index * ANSWER_PARTS + 2] as string | undefined;
    enterGuarded(guest, () => {
      const deliver = registry.deliver(request, result, reason);
      if (deliver !== undefined) guest.loop.poll(() => deliver(result, reason));
    });
    enterGuarded(guest, guest.loop.settle);
  }
}
