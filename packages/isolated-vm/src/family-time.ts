import type { Limits, Outcome } from "@vivarium/core";

/** How often it is looked at what a family has used, in milliseconds. */
const LOOK_MS = 100;
/** Of what is left, a child may use so much: whoever has started it is to hear how it ended, and to go on. */
const CHILDS_SHARE = 0.9;

/** One guest of a family, while it runs. */
export interface FamilyMember {
  readonly limits: Pick<Limits, "cpuTimeLimitMs">;
  /** What it has used since it was entered, in milliseconds; undefined where the machine does not tell. */
  cpuTimeMs(): number | undefined;
  /** The family has used up its time. */
  end(outcome: Outcome): void;
}

interface Account {
  readonly member: FamilyMember;
  usedMs: number;
  /** When that was read, on the clock of `performance`. */
  readAt: number;
}

/**
 * The CPU time of a guest and of those that it has started, directly or not: together they have what the first may use.
 * Where the machine does not tell what a guest has used, one is charged when it has ended, with the time that it took.
 */
export class FamilyTime {
  readonly #limitMs: number;
  readonly #accounts: Set<Account> = new Set();
  #spentMs = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor({ cpuTimeLimitMs }: Pick<Limits, "cpuTimeLimitMs">) {
    this.#limitMs = cpuTimeLimitMs;
  }

  /** What the next child may use, in milliseconds; less than one when there is nothing left. */
  get childsLimitMs(): number {
    this.#look();
    return Math.floor(this.#leftMs() * CHILDS_SHARE);
  }

  /** A guest of it has been entered; answers what is to be called when it is over. */
  join(member: FamilyMember): () => void {
    const account = { member, usedMs: 0, readAt: performance.now() };
    this.#accounts.add(account);
    this.#watch();
    return () => this.#leave(account);
  }

  #leave(account: Account): void {
    if (!this.#accounts.delete(account)) return;
    const { member, usedMs, readAt } = account;
    // Of one whose process is gone, the time since it was last looked at.
    const ownMs = member.cpuTimeMs() ?? usedMs + (performance.now() - readAt);
    this.#spentMs += charged(ownMs, member);
    this.#watch();
  }

  /** A guest that has none, and never had any, is its own cell's to look after. */
  #watch(): void {
    const isNeeded = this.#accounts.size > 1 || (this.#accounts.size === 1 && this.#spentMs > 0);
    if (!isNeeded || this.#limitMs === Number.POSITIVE_INFINITY) {
      clearInterval(this.#timer);
      this.#timer = undefined;
    } else this.#timer ??= setInterval(() => this.#look(), LOOK_MS).unref();
  }

  #look(): void {
    for (const account of this.#accounts) {
      const usedMs = account.member.cpuTimeMs();
      if (usedMs === undefined) continue;
      account.usedMs = charged(usedMs, account.member);
      account.readAt = performance.now();
    }
    if (this.#leftMs() > 0) return;
    const outcome = { kind: "cpu-time-limit", code: 124, limitMs: this.#limitMs } as const;
    for (const { member } of [...this.#accounts]) member.end(outcome);
  }

  #leftMs(): number {
    let usedMs = this.#spentMs;
    for (const account of this.#accounts) usedMs += account.usedMs;
    return this.#limitMs - usedMs;
  }
}

/** Its process may have used more, of which the guest had nothing. */
function charged(usedMs: number, { limits }: FamilyMember): number {
  return Math.max(0, Math.min(usedMs, limits.cpuTimeLimitMs));
}
