import { CpuAccount, type CpuShare } from "../life/cpu-account.ts";

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

/**
 * Keeps one plugin from taking the machine from the others: one that uses more than its share of CPU time stands back, until
 * it is started anew. A limit of its manifest ends what takes too long; this is for what stays within that.
 */
export class CpuCourtesy {
  readonly #account: CpuAccount;
  #guest: WatchedGuest | undefined;
  #seenMs: number | undefined;
  #standsBack = false;
  #timer: NodeJS.Timeout | undefined;
  #deliveries = 0;

  constructor(share: CpuShare) {
    this.#account = new CpuAccount(share, performance.now());
  }

  /** Whether it has used more than its share of late. */
  get isOverdrawn(): boolean {
    return this.#account.isOverdrawn(performance.now());
  }

  /** A guest begins, which owes what the one before did; or, without one, the last is over. */
  follow(guest: WatchedGuest | undefined): void {
    this.#look();
    this.#guest = guest;
    this.#standsBack = false;
    // What it took to start is not held against it: a limit bounds that.
    this.#seenMs = guest?.cpuTimeMs();
    this.#look();
    this.#schedule();
  }

  /** It is told of something until what this answers is disposed of. */
  watch(): Disposable {
    this.#deliveries += 1;
    if (this.#deliveries === 1) this.#schedule();
    return {
      [Symbol.dispose]: () => {
        this.#deliveries -= 1;
        if (this.#deliveries === 0) this.#schedule();
      },
    };
  }

  #schedule(): void {
    clearTimeout(this.#timer);
    if (this.#guest === undefined) return;
    const afterMs = this.#deliveries > 0 ? BUSY_LOOK_MS : IDLE_LOOK_MS;
    this.#timer = setTimeout(() => {
      this.#look();
      this.#schedule();
    }, afterMs).unref();
  }

  #look(): void {
    const usedMs = this.#guest?.cpuTimeMs();
    if (usedMs === undefined) return;
    this.#account.charge(usedMs - (this.#seenMs ?? usedMs), performance.now());
    this.#seenMs = usedMs;
    if (this.#standsBack || !this.isOverdrawn) return;
    this.#standsBack = true;
    this.#guest?.standBack();
  }
}
