import { CpuAccount, type CpuShare } from "../life/cpu-account.ts";
import type { SlowTurns } from "./slow-turns.ts";

/** What a guest has of a plugin that is looked at. */
interface WatchedGuest {
  /** CPU time of its cell, also while it computes; undefined where nobody can tell. */
  readonly cpuTimeMs: () => number | undefined;
  /** Has whatever else the machine does go before it, from here on. */
  readonly standBack: () => void;
}

/** How often a plugin is looked at that may compute between events, in milliseconds. */
const IDLE_LOOK_MS = 1000;
/** And one that is being told of an event: most are through with it before the first look. */
const BUSY_LOOK_MS = 20;
/** What of its share a plugin may use between events, when nobody has asked it for anything. */
const IDLE_PART = 0.05;

/**
 * Keeps one plugin from taking the machine from the others: one that uses more than its share of CPU time stands back, until
 * it is started anew, and waits for its turn with others that do. A limit of its manifest ends what takes too long; this is for
 * what stays within that.
 *
 * What counts most is how long it computes at one go. On a machine that has too much to do nobody gets much in all, and who
 * computes without end no more than who is through in a moment, and has to wait for those.
 */
export class CpuCourtesy {
  readonly #share: CpuShare;
  readonly #turns: SlowTurns;
  readonly #account: CpuAccount;
  #guest: WatchedGuest | undefined;
  #seenMs: number | undefined;
  /** CPU time, and time, at the first look after it was last told of something, or through with it. */
  #since: { readonly usedMs: number; readonly at: number } | undefined;
  #isBusy = false;
  #standsBack = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(share: CpuShare, turns: SlowTurns) {
    this.#share = share;
    this.#turns = turns;
    this.#account = new CpuAccount(share, performance.now());
  }

  /** Whether it has used more than its share of late. */
  get isOverdrawn(): boolean {
    return this.#debtMs() > 0;
  }

  /** A guest begins, which owes what the one before did; or, without one, the last is over. */
  follow(guest: WatchedGuest | undefined): void {
    this.#look();
    this.#guest = guest;
    this.#standsBack = false;
    // What it took to start is not held against it: a limit bounds that.
    this.#seenMs = guest?.cpuTimeMs();
    this.#turn(false);
    this.#look();
  }

  /**
   * Tells it of something, when its turn has come: it has one at once unless it has used more than its share.
   *
   * @param until when its turn has to have come, as `performance.now()` tells it
   * @throws TurnTooLateError
   */
  async deliver<Value>(tell: () => Promise<Value>, until: number = Number.POSITIVE_INFINITY): Promise<Value> {
    const watched = (): Promise<Value> => this.#watch(tell);
    if (!this.isOverdrawn) return watched();
    return this.#turns.run(() => this.#debtMs(), watched, until - performance.now());
  }

  async #watch<Value>(tell: () => Promise<Value>): Promise<Value> {
    this.#turn(true);
    try {
      return await tell();
    } finally {
      this.#turn(false);
    }
  }

  #debtMs(): number {
    return this.#account.debtMs(performance.now());
  }

  /** It begins to be told of something, or is through with it. */
  #turn(isBusy: boolean): void {
    this.#isBusy = isBusy;
    // To look takes time: most are through before that is worth while.
    this.#since = undefined;
    this.#schedule();
  }

  #schedule(): void {
    clearTimeout(this.#timer);
    if (this.#guest === undefined) return;
    this.#timer = setTimeout(
      () => {
        this.#look();
        this.#schedule();
      },
      this.#isBusy ? BUSY_LOOK_MS : IDLE_LOOK_MS,
    ).unref();
  }

  #look(): void {
    const usedMs = this.#guest?.cpuTimeMs();
    if (usedMs === undefined) return;
    const now = performance.now();
    this.#since ??= { usedMs, at: now };
    const newlyMs = usedMs - (this.#seenMs ?? usedMs);
    this.#seenMs = usedMs;
    this.#account.charge(newlyMs, now);
    if (newlyMs > 0) this.#account.stretch(usedMs - this.#since.usedMs - this.#allowedMs(this.#since.at, now));
    if (this.#standsBack || !this.isOverdrawn) return;
    this.#standsBack = true;
    this.#guest?.standBack();
  }

  /** What it may have used beside what it may use at one go. */
  #allowedMs(since: number, now: number): number {
    return this.#isBusy ? 0 : (now - since) * this.#share.ofCore * IDLE_PART;
  }
}
