import type { Limits, Outcome } from "@vivarium/core";
import { BackgroundTime } from "./background-time.ts";
import type { EntryBudget } from "./guest-isolate.ts";
import type { CpuTime, Invocations } from "./invocations.ts";
import { type Budget, entryMs } from "./run-budget.ts";

/** For so long, in milliseconds of CPU time, may a guest compute on where a limit is used up, before it waits. */
const WAIT_GRACE_MS = 100;

/**
 * The CPU time of a guest that stays. What a call begins with is its own; what comes later (answers, timers, promises)
 * is borne by all calls that are under way, in equal parts, and by the guest itself where there are none. An entry into
 * the guest that goes on for {@link WAIT_GRACE_MS} after whoever bears it has used up its time ends the guest: a loop cannot be
 * unwound. Who waits before that fails alone.
 */
export class LivingBudget implements Budget {
  readonly #limits: Pick<Limits, "cpuTimeLimitMs">;
  readonly #invocations: Invocations;
  readonly #background: BackgroundTime;
  readonly #cpuTimeMs: () => number;
  /** Who bears the present entry, and the limit of that one. */
  #bearer: { readonly invocation: number | undefined; readonly limitMs: number };

  /** @param cpuTimeMs all that the guest has used, also while it is entered */
  constructor(limits: Pick<Limits, "cpuTimeLimitMs">, invocations: Invocations, cpuTimeMs: () => number) {
    this.#limits = limits;
    this.#cpuTimeMs = cpuTimeMs;
    this.#bearer = { invocation: undefined, limitMs: limits.cpuTimeLimitMs };
    this.#invocations = invocations;
    this.#background = new BackgroundTime(limits.cpuTimeLimitMs);
  }

  wallLeftMs(): number {
    return Number.POSITIVE_INFINITY;
  }

  cpuLeftMs(): number {
    return this.#cpuTime().leftMs;
  }

  entryBudget(invocation?: number): EntryBudget {
    const { leftMs, limitMs } = this.#cpuTime(invocation);
    this.#bearer = { invocation, limitMs };
    const before = this.#cpuTimeMs();
    this.#invocations.enter(invocation, () => this.#cpuTimeMs() - before);
    return { cpuMs: entryMs(Math.max(0, leftMs) + WAIT_GRACE_MS), wallMs: undefined };
  }

  entered(usedMs: number, invocation?: number): void {
    if (!this.#invocations.charge(usedMs, invocation)) this.#background.use(usedMs, performance.now());
  }

  exceeded(): Outcome | undefined {
    return this.#background.isUsedUp ? limitOutcome(this.#limits.cpuTimeLimitMs) : undefined;
  }

  /** Each call has a deadline of its own, which its host keeps. */
  overdue(): undefined {}

  timedOut(): Outcome {
    const { invocation, limitMs } = this.#bearer;
    if (invocation !== undefined) this.#invocations.exceed(invocation);
    return limitOutcome(limitMs);
  }

  /** Of whoever bears the next entry. */
  #cpuTime(invocation?: number): CpuTime {
    const { cpuTimeLimitMs: limitMs } = this.#limits;
    return this.#invocations.cpuTime(invocation) ?? { leftMs: this.#background.leftMs(performance.now()), limitMs };
  }
}

function limitOutcome(limitMs: number): Outcome {
  return { kind: "cpu-time-limit", code: 124, limitMs };
}
