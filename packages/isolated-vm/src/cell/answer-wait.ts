import type { ProcessControls } from "@vivarium/guest-node";
import { wakefulUs } from "../channel/wakefulness.ts";

/** What one run has waited. */
export interface RunWait {
  /** Processor time that it has spent waiting, in milliseconds. */
  readonly spentMs: number;
  /** Whoever waits from here on is this run. */
  resume(): void;
}

interface Account extends RunWait {
  calls: number;
  readonly budgetMs: number;
  spentMs: number;
}

/**
 * How a cell waits for the host's answer: a thread that sleeps is woken late, by far the longest part of a short call, so it
 * stays awake for a moment. The processor time of that is not the guest's.
 */
export class AnswerWait {
  readonly #spin: (atMostUs: number) => number;
  #current: Account | undefined;

  /** @param controls undefined where a thread cannot but sleep */
  constructor(controls: ProcessControls | undefined, descriptor: number) {
    this.#spin = (atMostUs) => controls?.spinUntilInput(descriptor, atMostUs) ?? 0;
  }

  /**
   * A run begins. It waits so for as much processor time as the guest may use, and from then on asleep: the host bounds
   * what a cell uses by twice that.
   */
  begin(cpuTimeLimitMs: number): RunWait {
    const resume = (): void => {
      this.#current = account;
    };
    const account: Account = { calls: 0, budgetMs: cpuTimeLimitMs, spentMs: 0, resume };
    resume();
    return account;
  }

  /** Returns when the answer is there, or soon. */
  wait(): void {
    const account = this.#current;
    if (account === undefined) return;
    account.calls += 1;
    if (account.spentMs < account.budgetMs) account.spentMs += this.#spin(wakefulUs(account.calls)) / 1000;
  }
}
