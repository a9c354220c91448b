import type { InvocationTarget, invocationKinds } from "@vivarium/core";
import { GrowingBytes } from "./growing-bytes.ts";

/** How a call may end, as the guest says. */
export type InvocationKind = (typeof invocationKinds)[number];

/** A call into a guest, as it reaches the guest's cell. */
export interface PlacedInvocation {
  readonly id: number;
  readonly target: InvocationTarget;
  /** The array of its arguments, in the inert codec. */
  readonly args: Uint8Array;
  readonly cpuTimeLimitMs: number;
}

/** How one has ended. */
export interface InvocationEnd {
  readonly id: number;
  readonly kind: InvocationKind | "cpu-time-limit";
  readonly message: string;
  /** What it returned or threw; empty where that is no data. */
  readonly value: Uint8Array;
}

/** CPU time that may be used, in milliseconds. */
export interface CpuTime {
  readonly leftMs: number;
  readonly limitMs: number;
}

interface Active {
  readonly limitMs: number;
  readonly value: Pieces;
  usedMs: number;
}

/** The guest's present one. */
interface Entry {
  readonly id: number | undefined;
  readonly bearers: number;
  readonly usedMs: () => number;
  /** On the clock of `performance`. */
  readonly beganAt: number;
}

/** Bytes that nearly always come in one piece, for which there is no need to set room aside. */
class Pieces {
  readonly #limitBytes: number;
  #first: Uint8Array | undefined;
  #all: GrowingBytes | undefined;

  constructor(limitBytes: number) {
    this.#limitBytes = limitBytes;
  }

  /** Keeps the piece itself. False when there is no room for it. */
  append(piece: Uint8Array): boolean {
    if (this.#first === undefined) {
      this.#first = piece;
      return piece.byteLength <= this.#limitBytes;
    }
    if (this.#all === undefined) {
      this.#all = new GrowingBytes(this.#limitBytes);
      this.#all.append(this.#first);
    }
    return this.#all.append(piece) === piece.byteLength;
  }

  view(): Uint8Array {
    return this.#all?.view() ?? this.#first ?? new Uint8Array(0);
  }
}

/**
 * The calls that a host makes into one guest: those that have not been given to it, and those that have and are not
 * over.
 */
export class Invocations {
  readonly #onEnd: (end: InvocationEnd) => void;
  readonly #limitBytes: number;
  readonly #waiting: Map<number, PlacedInvocation> = new Map();
  readonly #active: Map<number, Active> = new Map();
  #wake: (() => void) | undefined;
  #entry: Entry | undefined;

  /** @param limitBytes of what one of them returns */
  constructor(limitBytes: number, onEnd: (end: InvocationEnd) => void) {
    this.#limitBytes = limitBytes;
    this.#onEnd = onEnd;
  }

  get limitBytes(): number {
    return this.#limitBytes;
  }

  /** Whether one is to be given to the guest. */
  get isWaiting(): boolean {
    return this.#waiting.size > 0;
  }

  /** How many the guest has. */
  get active(): number {
    return this.#active.size;
  }

  add(invocation: PlacedInvocation): void {
    // Nothing is called for it: the guest has it at once, and what it does next is for it, too.
    if (invocation.target.kind === "request") {
      this.#activate(invocation);
      return;
    }
    this.#waiting.set(invocation.id, invocation);
    const wake = this.#wake;
    this.#wake = undefined;
    wake?.();
  }

  /** Calls `wake` once, when one has come. */
  onAdded(wake: (() => void) | undefined): void {
    this.#wake = wake;
  }

  /** Nobody waits for it any more: the guest may go on with it, unheard. */
  cancel(id: number): void {
    this.#waiting.delete(id);
    this.#active.delete(id);
  }

  /** The next to give to the guest, which has it from here on. */
  next(): PlacedInvocation | undefined {
    const [first] = this.#waiting.values();
    if (first === undefined) return undefined;
    this.#waiting.delete(first.id);
    this.#activate(first);
    return first;
  }

  #activate({ id, cpuTimeLimitMs: limitMs }: PlacedInvocation): void {
    this.#active.set(id, { limitMs, value: new Pieces(this.#limitBytes), usedMs: 0 });
  }

  /** The guest hands over a piece of what one came to. False where it may not: it is over, or that is too much. */
  append(id: number, piece: Uint8Array): boolean {
    const active = this.#active.get(id);
    return active === undefined || active.value.append(piece);
  }

  /** The guest is entered for one of them or, when none is named, for all that it has. `usedMs` tells the CPU time since. */
  enter(id: number | undefined, usedMs: () => number): void {
    this.#entry = { id, bearers: id === undefined ? this.#active.size : 1, usedMs, beganAt: performance.now() };
  }

  /** The guest says that one is over: too late, if it has used up its CPU time by now. */
  end(id: number, kind: InvocationKind, message: string): void {
    const active = this.#active.get(id);
    if (active === undefined) return;
    if (this.#isUsedUp(id, active)) {
      this.#exceed(id, active);
      return;
    }
    this.#active.delete(id);
    this.#onEnd({ id, kind, message, value: active.value.view() });
  }

  /** The CPU time of one of them or, when none is named, of the one that may use the most; undefined without any. */
  cpuTime(id?: number): CpuTime | undefined {
    const among = id === undefined ? this.#active.values() : [this.#active.get(id)];
    let most: CpuTime | undefined;
    for (const active of among) {
      if (active === undefined) continue;
      const leftMs = active.limitMs - active.usedMs;
      if (most === undefined || leftMs > most.leftMs) most = { leftMs, limitMs: active.limitMs };
    }
    return most;
  }

  /**
   * The guest has used CPU time for one of them or, when none is named, for all that it has: each bears its part. False
   * when it has none.
   */
  charge(usedMs: number, id?: number): boolean {
    this.#entry = undefined;
    if (id !== undefined) {
      this.#bear(id, usedMs);
      return true;
    }
    const bearers = this.#active.size;
    if (usedMs > 0) for (const bearer of this.#active.keys()) this.#bear(bearer, usedMs / bearers);
    return bearers > 0;
  }

  /** One has used up its CPU time. Nothing happens where it is over. */
  exceed(id: number): void {
    const active = this.#active.get(id);
    if (active !== undefined) this.#exceed(id, active);
  }

  /** To ask for CPU time takes long; where not so much time has passed, it need not be asked for. */
  #isUsedUp(id: number, { usedMs, limitMs }: Active): boolean {
    const passedMs = this.#entry === undefined ? 0 : performance.now() - this.#entry.beganAt;
    return usedMs + passedMs >= limitMs && usedMs + this.#presentMs(id) >= limitMs;
  }

  /** Its part of the entry that goes on. */
  #presentMs(id: number): number {
    const entry = this.#entry;
    if (entry === undefined || (entry.id !== undefined && entry.id !== id)) return 0;
    return entry.usedMs() / Math.max(1, entry.bearers);
  }

  /** One that is over by now has no limit to keep. */
  #bear(id: number, usedMs: number): void {
    const active = this.#active.get(id);
    if (active === undefined) return;
    active.usedMs += usedMs;
    if (active.usedMs >= active.limitMs) this.#exceed(id, active);
  }

  #exceed(id: number, { limitMs }: Active): void {
    this.#active.delete(id);
    this.#onEnd({ id, kind: "cpu-time-limit", message: `${limitMs}`, value: new Uint8Array(0) });
  }
}
