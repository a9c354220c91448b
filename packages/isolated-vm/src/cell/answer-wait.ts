import type { ProcessControls } from "@vivarium/guest-node";

/** How long a cell looks for the host's answer before it sleeps, in microseconds: most come sooner. */
const SPIN_US = 100;

/**
 * How a cell waits for the host's answer: a thread that sleeps is woken late, by far the longest part of a short call, so it
 * stays awake for a moment. The processor time of that is not the guest's.
 */
export class AnswerWait {
  readonly #spin: () => number;
  #budgetMs = 0;
  #spentMs = 0;

  /** @param controls undefined where a thread cannot but sleep */
  constructor(controls: ProcessControls | undefined, descriptor: number) {
    this.#spin = () => controls?.spinUntilInput(descriptor, SPIN_US) ?? 0;
  }

  /**
   * A run begins. It waits so for as much processor time as the guest may use, and from then on asleep: the host bounds
   * what a cell uses by twice that.
   */
  begin(cpuTimeLimitMs: number): void {
    this.#budgetMs = cpuTimeLimitMs;
    this.#spentMs = 0;
  }

  /** Processor time that this run has spent waiting, in milliseconds. */
  get spentMs(): number {
    return this.#spentMs;
  }

  /** Returns when the answer is there, or soon. */
  wait(): void {
    if (this.#spentMs < this.#budgetMs) this.#spentMs += this.#spin() / 1000;
  }
}
