import { ArrayPrototypePush } from "../past-prototypes.ts";
import { ArrayPrototypeShift } from "../primordial.ts";
import type { StreamCore } from "../streams/stream-core.ts";
import { type Arrival, type Settled, type StreamEnd, UV_ECANCELED, UV_ENOTCONN } from "../streams/stream-end.ts";
import type { StreamHandle } from "../streams/stream-handle.ts";

interface Waiting {
  readonly bytes: Uint8Array | undefined;
  readonly isOwn: boolean;
  readonly settled: Settled;
}

/**
 * The plain side of a secure connection. What lies behind the handle that it is laid over encrypts; until that is agreed on,
 * what the program writes waits here, and what the program is to read is not asked for.
 */
export class SecureEnd implements StreamEnd {
  readonly fd = -1;
  readonly #core: StreamCore;
  readonly #parent: StreamHandle;
  readonly #start: () => void;
  #isReady = false;
  /** What encrypts within the guest, if it is not the host that does. */
  #own: StreamEnd | undefined;
  #isOver = false;
  #reader: ((arrival: Arrival) => void) | undefined;
  readonly #arrived: Arrival[] = [];
  readonly #waiting: Waiting[] = [];

  /** @param start begins the handshake, where that has not begun: as in Node, whoever writes begins it */
  constructor(core: StreamCore, parent: StreamHandle, start: () => void) {
    this.#core = core;
    this.#parent = parent;
    this.#start = start;
    core.listen(parent, (arrival) => this.#arrive(arrival));
  }

  /** The handshake has come to its end, or is `own`'s affair: what has waited goes on. */
  begin(own?: StreamEnd): void {
    this.#isReady = true;
    this.#own = own;
    for (let next = ArrayPrototypeShift(this.#waiting); next !== undefined; next = ArrayPrototypeShift(this.#waiting)) {
      const { bytes, isOwn, settled } = next;
      const status = bytes === undefined ? this.#shutdown(settled) : this.#write(bytes, isOwn, settled);
      if (status !== undefined) settled(status);
    }
    if (this.#reader !== undefined) this.read(this.#reader);
  }

  /** It has failed, or the connection is gone. */
  end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#reader = undefined;
    for (let next = ArrayPrototypeShift(this.#waiting); next !== undefined; next = ArrayPrototypeShift(this.#waiting)) {
      next.settled(UV_ECANCELED);
    }
  }

  read(deliver: (arrival: Arrival) => void): void {
    this.#reader = deliver;
    if (!this.#isReady || this.#isOver) return;
    if (this.#own !== undefined) {
      this.#own.read(deliver);
      return;
    }
    const next = ArrayPrototypeShift(this.#arrived);
    if (next === undefined) this.#core.start(this.#parent);
    else this.#core.guest.loop.post(() => this.#hand(next), false);
  }

  write(bytes: Uint8Array, isOwn: boolean, settled: Settled): number | undefined {
    if (this.#isReady) return this.#write(bytes, isOwn, settled);
    ArrayPrototypePush(this.#waiting, { bytes, isOwn, settled });
    if (this.#core.stateOf(this.#parent).end !== undefined) this.#start();
    return undefined;
  }

  shutdown(settled: Settled): number | undefined {
    if (this.#isReady) return this.#shutdown(settled);
    ArrayPrototypePush(this.#waiting, { bytes: undefined, isOwn: true, settled });
    return undefined;
  }

  close(): void {
    this.end();
    this.#parent.close();
  }

  #write(bytes: Uint8Array, isOwn: boolean, settled: Settled): number | undefined {
    const end = this.#own ?? this.#core.stateOf(this.#parent).end;
    return end === undefined ? UV_ENOTCONN : end.write(bytes, isOwn, settled);
  }

  #shutdown(settled: Settled): number | undefined {
    const end = this.#own ?? this.#core.stateOf(this.#parent).end;
    return end === undefined ? UV_ENOTCONN : end.shutdown(settled);
  }

  #arrive(arrival: Arrival): void {
    if (this.#reader === undefined) ArrayPrototypePush(this.#arrived, arrival);
    else this.#hand(arrival);
    // Whoever wants more asks for it: until then nothing is read ahead.
    if (this.#reader === undefined) this.#core.stop(this.#parent);
  }

  #hand(arrival: Arrival): void {
    const reader = this.#reader;
    this.#reader = undefined;
    if (!this.#isOver) reader?.(arrival);
  }
}
