import { CpuAccount, type CpuShare } from "../life/cpu-account.ts";
import type { Go, LongGoes } from "./long-goes.ts";

/** What a guest has of a plugin that is looked at. */
interface WatchedGuest {
  /** CPU time of its cell, also while it computes; undefined where nobody can tell. */
  readonly cpuTimeMs: () => number | undefined;
  /** Has whatever else the machine does go before it, from here on. */
  readonly standBack: () => void;
  /** Stops it where it is, until it is resumed. */
  readonly suspend: () => void;
  readonly resume: () => void;
}

/** How often a plugin is looked at that is being told of an event, in milliseconds: most are through with it before that. */
const BUSY_LOOK_MS = 20;
/** And one that may compute between events: the longer ago the last one is, or it has computed, the less often, down to this. */
const IDLE_LOOK_MS = 1000;
/** To compute less than this between two looks is to compute nothing, in milliseconds. */
const HARDLY_MS = 1;
/** What of its share a plugin may use between events, when nobody has asked it for anything. */
const IDLE_PART = 0.05;
/** With so many bursts at one go it is no chance any more that it takes long. */
const CHRONIC = 2.5;

/**
 * Keeps one plugin from taking the machine from the others. One that computes for long at one go, or uses more than its share in
 * the long run, takes turns with others that do, until it is through; one that computes for very long, or uses more than its share,
 * stands back besides, until it is started anew. A limit of its manifest ends what takes too long; this is for what stays within that.
 *
 * What counts most is how long it computes at one go. On a machine that has too much to do nobody gets much in all, and who
 * computes without end no more than who is through in a moment, and has to wait for those.
 */
export class CpuCourtesy {
  readonly #share: CpuShare;
  readonly #goes: LongGoes;
  readonly #account: CpuAccount;
  #guest: WatchedGuest | undefined;
  /** What this guest does. */
  #go: Go | undefined;
  #seenMs = 0;
  /** CPU time, and time, when it was last told of something, or through with it. */
  #since: { readonly usedMs: number; readonly at: number } | undefined;
  /** When it was last told of something, through with it, or seen to have computed. */
  #activeAt = 0;
  #isBusy = false;
  #standsBack = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(share: CpuShare, goes: LongGoes) {
    this.#share = share;
    this.#goes = goes;
    this.#account = new CpuAccount(share, performance.now());
  }

  /** Whether it has used more than its share in the long run. */
  get isOverdrawn(): boolean {
    return this.#account.debtMs(performance.now()) > 0;
  }

  /** A guest begins, which owes what the one before did; or, without one, the last is over, and goes on to its end. */
  follow(guest: WatchedGuest | undefined): void {
    this.#look();
    if (this.#go !== undefined) this.#goes.leave(this.#go);
    this.#guest = guest;
    this.#go = guest && {
      who: this,
      usedMs: () => guest.cpuTimeMs(),
      suspend: () => guest.suspend(),
      resume: () => guest.resume(),
    };
    this.#standsBack = false;
    // What it took to start is not held against it: a limit bounds that.
    this.#seenMs = guest?.cpuTimeMs() ?? 0;
    this.#turn(false);
    this.#look();
  }

  /** Tells it of something. */
  async deliver<Value>(tell: () => Promise<Value>): Promise<Value> {
    this.#turn(true);
    try {
      return await tell();
    } finally {
      this.#turn(false);
    }
  }

  /** It begins to be told of something, or is through with it. */
  #turn(isBusy: boolean): void {
    this.#isBusy = isBusy;
    if (this.#go !== undefined) isBusy ? this.#goes.begin(this.#go) : this.#goes.end(this.#go);
    const usedMs = this.#guest?.cpuTimeMs();
    const at = performance.now();
    this.#activeAt = at;
    this.#since = usedMs === undefined ? undefined : { usedMs, at };
    // Who is told of one thing after the other is through with each before anybody looks.
    if (usedMs !== undefined) this.#charge(usedMs, at);
    if (isBusy && this.isOverdrawn && this.#go !== undefined) this.#goes.stretch(this.#go);
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
      this.#isBusy ? BUSY_LOOK_MS : this.#idleLookMs(),
    ).unref();
  }

  #idleLookMs(): number {
    const ago = performance.now() - this.#activeAt;
    return Math.min(IDLE_LOOK_MS, Math.max(BUSY_LOOK_MS, ago));
  }

  #look(): void {
    const usedMs = this.#guest?.cpuTimeMs();
    if (usedMs === undefined || this.#since === undefined) return;
    const now = performance.now();
    const isComputing = usedMs > this.#seenMs;
    this.#charge(usedMs, now);
    const goMs = usedMs - this.#since.usedMs - this.#allowedMs(this.#since.at, now);
    const { burstMs } = this.#share;
    if (isComputing && (goMs > burstMs || this.isOverdrawn) && this.#go !== undefined) this.#goes.stretch(this.#go);
    if (goMs > CHRONIC * burstMs) this.#standBack();
  }

  #charge(usedMs: number, now: number): void {
    if (usedMs - this.#seenMs >= HARDLY_MS) this.#activeAt = now;
    this.#account.charge(usedMs - this.#seenMs, now);
    this.#seenMs = usedMs;
    if (this.isOverdrawn) this.#standBack();
  }

  #standBack(): void {
    if (this.#standsBack) return;
    this.#standsBack = true;
    this.#guest?.standBack();
  }

  /** What it may have used beside what it may use at one go. */
  #allowedMs(since: number, now: number): number {
    return this.#isBusy ? 0 : (now - since) * this.#share.ofCore * IDLE_PART;
  }
}
