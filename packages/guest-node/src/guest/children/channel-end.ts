import type { Guest } from "../guest.ts";
import type { LoopHandle } from "../loop-state.ts";
import { createOwnQueue, type OwnQueue } from "../own-queue.ts";
import { TypedArrayPrototypeSubarray } from "../past-prototypes.ts";
import { MathMin, TypedArrayPrototypeGetLength } from "../primordial.ts";
import { HostEnd } from "../streams/host-end.ts";
import { type Arrival, type Settled, UV_EBADF, UV_ECANCELED, UV_EOF } from "../streams/stream-end.ts";
import type { GuestCalls } from "../system-calls.ts";

const UV_ENOBUFS = -105;
/** What the host is given at once, in bytes: it keeps a few of these for each channel. */
const PIECE_BYTES = 65_536;
/** How long to wait where the other side does not keep up, in milliseconds: at first, and at most. */
const FIRST_RETRY_MS = 1;
const LAST_RETRY_MS = 16;

/** What the host has not taken yet. `bytes`: `undefined` for the end of what is written. */
interface Held {
  readonly bytes: Uint8Array | undefined;
  readonly settled: Settled;
}

type SetTimer = (callback: () => void, ms: number) => unknown;

/**
 * One end of the channel over which a guest and its child, or a thread of its own, send each other messages. What is written
 * is there at once: a guest that sends a message, closes the channel and ends has sent it. What the other side does not
 * keep up with waits here, in the memory of the guest that has written it, and keeps it alive.
 */
export class ChannelEnd extends HostEnd {
  readonly #guest: Guest;
  readonly #held: OwnQueue<Held> = createOwnQueue();
  readonly #handle: LoopHandle = { name: "WriteWrap", active: false, ref: true, listed: false };
  #first: Held | undefined;
  /** Of the first one, what has been taken, in bytes. */
  #taken = 0;
  #retryMs = FIRST_RETRY_MS;

  constructor(guest: Guest, stream: number) {
    super(guest, stream, "PIPEWRAP");
    this.#guest = guest;
  }

  override write(bytes: Uint8Array, _isOwn: boolean, settled: Settled): number | undefined {
    if (this.#first === undefined) {
      this.#taken = 0;
      const status = this.#push(bytes);
      if (status !== UV_ENOBUFS) return status;
    }
    this.#hold({ bytes, settled });
    return undefined;
  }

  /** Reads what follows the bytes that have been read so far, or, where more have come by then, some of these again. */
  readFrom(taken: number, deliver: (arrival: Arrival) => void): void {
    const { calls } = this.#guest;
    // The handle, not the request, decides whether the loop stays alive.
    const options = { input: undefined, ref: false, resource: "PIPEWRAP" };
    calls.send(
      "stream.readPast",
      [this.stream, PIECE_BYTES, taken],
      (result) => deliver(arrivalOf(calls, result)),
      options,
    );
  }

  /**
   * Stays in this call until something has come, or the end of it, or a failure. A read that is under way is answered with
   * `EINTR`.
   *
   * @param taken how many bytes have been read so far
   */
  readPast(taken: number): Arrival {
    const { calls } = this.#guest;
    return arrivalOf(calls, calls.sync("stream.readPast", this.stream, PIECE_BYTES, taken));
  }

  override shutdown(settled: Settled): undefined {
    if (this.#first === undefined) super.shutdown(settled);
    else this.#hold({ bytes: undefined, settled });
  }

  override close(): void {
    this.#cancel();
    super.close();
  }

  /** Stays in this call until all of it is taken, or nobody reads any more. */
  drain(): void {
    while (this.#first !== undefined) {
      this.#flush();
      if (this.#first !== undefined) this.#guest.calls.sync("clock.sleep", FIRST_RETRY_MS);
    }
  }

  #hold(held: Held): void {
    if (this.#first !== undefined) {
      this.#held.put(held);
      return;
    }
    this.#first = held;
    this.#handle.active = true;
    this.#guest.loop.addHandle(this.#handle);
    this.#retryLater();
  }

  #retryLater(): void {
    const { setUnrefTimeout } = this.#guest.library.require("internal/timers") as {
      readonly setUnrefTimeout: SetTimer;
    };
    setUnrefTimeout(() => {
      if (this.#first === undefined) return;
      this.#flush();
      if (this.#first === undefined) return;
      this.#retryMs = MathMin(this.#retryMs * 2, LAST_RETRY_MS);
      this.#retryLater();
    }, this.#retryMs);
  }

  /** Hands over what can be, in order. */
  #flush(): void {
    for (let next = this.#first; next !== undefined; next = this.#first) {
      const { bytes, settled } = next;
      if (bytes === undefined) super.shutdown(settled);
      else {
        const status = this.#push(bytes);
        if (status === UV_ENOBUFS) return;
        this.#guest.loop.post(() => settled(status));
      }
      this.#next();
    }
  }

  #next(): void {
    this.#taken = 0;
    this.#first = this.#held.take();
    this.#handle.active = this.#first !== undefined;
  }

  /** 0, or the errno with which the host has refused a piece: what has been taken before stays taken. */
  #push(bytes: Uint8Array): number {
    const length = TypedArrayPrototypeGetLength(bytes);
    while (this.#taken < length) {
      const end = MathMin(this.#taken + PIECE_BYTES, length);
      const piece = TypedArrayPrototypeSubarray(bytes, this.#taken, end);
      const status = this.#guest.calls.syncWithInput("stream.write", piece, this.stream);
      if (status !== 0) return typeof status === "number" ? status : UV_EBADF;
      this.#retryMs = FIRST_RETRY_MS;
      this.#taken = end;
    }
    return 0;
  }

  #cancel(): void {
    for (let next = this.#first; next !== undefined; next = this.#first) {
      const { settled } = next;
      // Whoever closes is told of nothing before its call is over.
      this.#guest.loop.post(() => settled(UV_ECANCELED));
      this.#next();
    }
  }
}

function arrivalOf(calls: GuestCalls, result: unknown): Arrival {
  const length = typeof result === "number" ? result : UV_EBADF;
  return length > 0 ? calls.payload(length) : length === 0 ? UV_EOF : length;
}
