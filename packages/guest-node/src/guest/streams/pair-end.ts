import { joinBytes } from "../bytes.ts";
import type { EventLoop } from "../event-loop.ts";
import { ArrayPrototypePush, TypedArrayPrototypeSlice } from "../past-prototypes.ts";
import { ArrayPrototypeShift, TypedArrayPrototypeGetLength } from "../primordial.ts";
import {
  type Arrival,
  type Settled,
  type StreamEnd,
  UV_ECANCELED,
  UV_ECONNRESET,
  UV_ENOTCONN,
  UV_EOF,
  UV_EPIPE,
} from "./stream-end.ts";

/** So much may lie between two ends before a writer waits; about what a system keeps for a socket on loopback. */
const HELD_BYTES = 262_144;
/** So much is read at a time. */
const READ_BYTES = 65_536;

type Deliver = (arrival: Arrival) => void;

/** One of two ends within a guest: what is written to one is read from the other, and nothing leaves the guest. */
export class PairEnd implements StreamEnd {
  readonly fd = -1;
  readonly #loop: EventLoop;
  #peer: PairEnd | undefined;
  readonly #held: Uint8Array<ArrayBuffer>[] = [];
  #heldBytes = 0;
  /** What of the first piece has been read. */
  #taken = 0;
  /** What is read when nothing is held any more: the end, or a failure; 0: more may come. */
  #outcome = 0;
  #reader: Deliver | undefined;
  #posted = false;
  /** Writers of the other end that wait until less is held here. */
  readonly #blocked: Settled[] = [];
  #isShut = false;
  /** Whether the other end has answered with a reset: nothing can be written any more. */
  #isReset = false;
  #closed = false;

  private constructor(loop: EventLoop) {
    this.#loop = loop;
  }

  static create(loop: EventLoop): { readonly near: PairEnd; readonly far: PairEnd } {
    const near = new PairEnd(loop);
    const far = new PairEnd(loop);
    near.#peer = far;
    far.#peer = near;
    return { near, far };
  }

  read(deliver: Deliver): void {
    this.#reader = deliver;
    this.#wake();
  }

  write(bytes: Uint8Array, isOwn: boolean, settled: Settled): number | undefined {
    const peer = this.#peer;
    if (this.#isShut || this.#isReset || peer === undefined) return this.#takeFailure() ?? UV_EPIPE;
    if (TypedArrayPrototypeGetLength(bytes) === 0) return 0;
    if (peer.#closed) {
      // As over TCP: the first that is written to an end that is gone gets away, and is answered with a reset.
      this.#isReset = true;
      if (TypedArrayPrototypeGetLength(bytes) <= HELD_BYTES) return 0;
      // More than a system keeps waits, and hears of the reset.
      this.#loop.post(() => settled(UV_EPIPE));
      return undefined;
    }
    ArrayPrototypePush(peer.#held, (isOwn ? bytes : TypedArrayPrototypeSlice(bytes)) as Uint8Array<ArrayBuffer>);
    peer.#heldBytes += TypedArrayPrototypeGetLength(bytes);
    peer.#wake();
    if (peer.#heldBytes <= HELD_BYTES) return 0;
    ArrayPrototypePush(peer.#blocked, settled);
    return undefined;
  }

  shutdown(settled: Settled): number | undefined {
    this.#isShut = true;
    // Nobody is there to be told: that is over at once.
    if (this.#peer === undefined || this.#peer.#closed) return UV_ENOTCONN;
    // Who ends knows it is done before the other end has read of it.
    this.#loop.post(() => settled(0));
    this.#peer.#end(UV_EOF);
    return undefined;
  }

  close(): void {
    if (this.#closed) return;
    // What has not been read is lost, and the other end is told so.
    this.#leave(this.#held.length > 0 ? UV_ECONNRESET : UV_EOF);
  }

  reset(): void {
    if (!this.#closed) this.#leave(UV_ECONNRESET);
  }

  #leave(outcome: number): void {
    this.#closed = true;
    this.#reader = undefined;
    this.#held.length = 0;
    this.#heldBytes = 0;
    this.#taken = 0;
    const peer = this.#peer;
    if (peer === undefined) return;
    peer.#end(outcome);
    // Whoever closes is told of nothing before its call is over.
    this.#loop.post(() => {
      settleAll(this.#blocked, UV_ECONNRESET);
      settleAll(peer.#blocked, UV_ECANCELED);
    }, false);
  }

  /** What has come before is still read, as over TCP; and whoever has read the end does not hear of a reset. */
  #end(outcome: number): void {
    if (outcome === UV_ECONNRESET) this.#isReset = true;
    if (this.#outcome !== 0) return;
    this.#outcome = outcome;
    this.#wake();
  }

  /** That the other end is gone without an end is told once: after that this one has come to its end. */
  #takeFailure(): number | undefined {
    if (this.#isShut || this.#outcome !== UV_ECONNRESET) return undefined;
    this.#outcome = UV_EOF;
    return UV_ECONNRESET;
  }

  /** As a system fills the buffer of who reads: small pieces that lie there are read as one, and of large ones a part. */
  #takePiece(): Uint8Array<ArrayBuffer> | undefined {
    const first = this.#held[0];
    if (first === undefined) return undefined;
    const start = this.#taken;
    let total = TypedArrayPrototypeGetLength(first) - start;
    if (total > READ_BYTES) {
      this.#taken += READ_BYTES;
      return TypedArrayPrototypeSlice(first, start, this.#taken);
    }
    this.#taken = 0;
    ArrayPrototypeShift(this.#held);
    const pieces = [start === 0 ? first : TypedArrayPrototypeSlice(first, start)];
    for (let next = this.#held[0]; next !== undefined; next = this.#held[0]) {
      const length = TypedArrayPrototypeGetLength(next);
      if (total + length > READ_BYTES) break;
      total += length;
      ArrayPrototypePush(pieces, next);
      ArrayPrototypeShift(this.#held);
    }
    return pieces.length === 1 ? pieces[0] : joinBytes(pieces, total);
  }

  #wake(): void {
    if (this.#posted || this.#reader === undefined || (this.#held.length === 0 && this.#outcome === 0)) return;
    this.#posted = true;
    // The handles decide whether the loop stays alive.
    this.#loop.post(() => this.#deliver(), false);
  }

  #deliver(): void {
    this.#posted = false;
    const reader = this.#reader;
    if (reader === undefined) return;
    const piece = this.#takePiece();
    if (piece === undefined && this.#outcome === 0) return;
    this.#reader = undefined;
    if (piece === undefined) {
      reader(this.#outcome);
      return;
    }
    this.#heldBytes -= TypedArrayPrototypeGetLength(piece);
    if (this.#heldBytes <= HELD_BYTES) settleAll(this.#blocked, 0);
    reader(piece);
  }
}

/** Whoever hears of it may write, and wait, again: that is not settled with it. */
function settleAll(blocked: Settled[], status: number): void {
  for (let count = blocked.length; count > 0; count--) ArrayPrototypeShift(blocked)?.(status);
}
