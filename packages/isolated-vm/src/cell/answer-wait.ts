import type { ProcessControls } from "@vivarium/guest-node";
import { wakefulUs } from "../channel/wakefulness.ts";

/**
 * How a cell waits for the host's answer: a thread that sleeps is woken late, by far the longest part of a short call, so it
 * stays awake for a moment. The processor time of that is not the guest's.
 */
export class AnswerWait {
  readonly #spin: (atMostUs: number) => number;
  #calls = 0;
  #budgetMs = 0;
  #spentMs = 0;

  /** @param controls undefined where a thread cannot but sleep */
  constructor(controls: ProcessControls | undefined, descriptor: number) {
    this.#spin = (atMostUs) => controls?.spinUntilInput(descriptor, atMostUs) ?? 0;
  }

  /**
   * A run begins. It waits so for as much processor time as the guest may use, and from then on asleep: the host bounds
   * what a cell uses by twice that.
   */
  begin(cpuTimeLimitMs: number): void {
    this.#calls = 0;
    this.#budgetMs = cpuTimeLimitMs;
    this.#spentMs = 0;
  }

  /** Processor time that this run has spent waiting, in milliseconds. */
  get spentMs(): number {
    return this.#spentMs;
  }

  /** Returns when the answer is there, or soon. */
  wait(): void {
    this.#calls += 1;
    if (this.#spentMs < this.#budgetMs) this.#spentMs += this.#spin(wakefulUs(this.#calls)) / 1000;
  }
}
