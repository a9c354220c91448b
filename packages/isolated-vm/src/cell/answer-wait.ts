import type { ProcessControls } from "@vivarium/guest-node";
import { wakefulUs } from "../channel/wakefulness.ts";

/** Less than this, in microseconds, is worth no look whether it was in vain. */
const LONG_US = 50;
/** After the first wait in vain so many are slept through, after the next as many times as many. */
const ASLEEP_AFTER = 4;
const MOST_IN_VAIN = 4;

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
  readonly #hasInput: () => boolean;
  #current: Account | undefined;
  /** Waits in a row for which it stayed awake in vain. */
  #inVain = 0;
  /** Waits that are to be slept through before it is tried again. */
  #asleep = 0;

  /** @param controls undefined where a thread cannot but sleep */
  constructor(controls: ProcessControls | undefined, descriptor: number) {
    this.#spin = (atMostUs) => controls?.spinUntilInput(descriptor, atMostUs) ?? 0;
    this.#hasInput = () => controls?.hasInput(descriptor) ?? true;
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
    if (account.spentMs >= account.budgetMs) return;
    if (this.#asleep > 0) {
      this.#asleep -= 1;
      return;
    }
    const atMostUs = wakefulUs(account.calls);
    const spentUs = this.#spin(atMostUs);
    account.spentMs += spentUs / 1000;
    this.#learn(spentUs > LONG_US && !this.#hasInput());
  }

  /** On a busy machine whoever stays awake may hold up the one that he waits for. */
  #learn(wasInVain: boolean): void {
    this.#inVain = wasInVain ? Math.min(this.#inVain + 1, MOST_IN_VAIN) : 0;
    if (wasInVain) this.#asleep = ASLEEP_AFTER ** this.#inVain;
  }
}
