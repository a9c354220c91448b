import type { RuntimeDriverStatus } from "../contracts/runtime-driver.ts";
import type { OutcomeKind } from "../outcome/outcome.ts";
import type { ExecResult } from "../outcome/run-result.ts";

/** What has become of the runs of a runtime, from its making. */
export interface RunFigures {
  /** Runs that have been asked for and have not ended: those that wait, and guests that stay, are among them. */
  readonly activeRuns: number;
  /** Runs that have ended, by their outcomes; 0 for a kind that has not occurred. */
  readonly endedRuns: Readonly<Record<OutcomeKind, number>>;
  /** Runs that have ended in an error instead: they could not start, or were refused. */
  readonly failedRuns: number;
}

/** How busy a runtime is, and what it has done. */
export interface RuntimeStatus extends RunFigures {
  /** `disposed`: it takes no runs any more. */
  readonly state: "open" | "disposed";
  /** What the runtime driver says of itself; absent where it says nothing. */
  readonly driver?: RuntimeDriverStatus;
}

const none: Readonly<Record<OutcomeKind, number>> = {
  returned: 0,
  exited: 0,
  threw: 0,
  unexportable: 0,
  "cpu-time-limit": 0,
  "wall-time-limit": 0,
  "out-of-memory": 0,
  "process-memory-limit": 0,
  "output-limit": 0,
  "result-limit": 0,
  "system-call-limit": 0,
  "system-call-rate-limit": 0,
  "pending-calls-limit": 0,
  "timers-limit": 0,
  aborted: 0,
  crashed: 0,
};

/** Counts the runs of one runtime. */
export class RunCounters {
  readonly #ended: Record<OutcomeKind, number> = { ...none };
  #active = 0;
  #failed = 0;

  get figures(): RunFigures {
    return { activeRuns: this.#active, endedRuns: { ...this.#ended }, failedRuns: this.#failed };
  }

  async count<Result extends ExecResult>(run: () => Promise<Result>): Promise<Result> {
    this.#active += 1;
    try {
      const result = await run();
      const { kind } = result.outcome;
      // What a driver answers is not taken on trust.
      if (Object.hasOwn(this.#ended, kind)) this.#ended[kind] += 1;
      return result;
    } catch (error) {
      this.#failed += 1;
      throw error;
    } finally {
      this.#active -= 1;
    }
  }
}
