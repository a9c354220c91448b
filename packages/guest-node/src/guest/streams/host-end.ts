import type { Guest } from "../guest.ts";
import { ArrayPrototypePush } from "../past-prototypes.ts";
import { ArrayPrototypeShift } from "../primordial.ts";
import { type Arrival, type Settled, type StreamEnd, UV_EBADF, UV_ECANCELED, UV_EOF } from "./stream-end.ts";

const READ_SIZE = 65_536;

interface Waiting {
  /** `undefined`: no more will be written. */
  readonly bytes: Uint8Array | undefined;
  readonly settled: Settled;
}

/** A byte stream that the host keeps for this guest, by its number. */
export class HostEnd implements StreamEnd {
  readonly fd = -1;
  readonly stream: number;
  readonly #guest: Guest;
  readonly #resource: string;
  /** What is to be written after what is on its way: in the order in which the program wrote it. */
  readonly #waiting: Waiting[] = [];
  #writes = false;
  #closed = false;

  constructor(guest: Guest, stream: number, resource: string) {
    this.#guest = guest;
    this.stream = stream;
    this.#resource = resource;
  }

  read(deliver: (arrival: Arrival, reason?: string) => void): void {
    const { calls } = this.#guest;
    const answered = (result: unknown, reason: string | undefined): void => {
      const length = typeof result === "number" ? result : UV_EBADF;
      deliver(length > 0 ? calls.payload(length) : length === 0 ? UV_EOF : length, reason);
    };
    // The handle, not the request, decides whether the loop stays alive.
    calls.request("stream.read", [this.stream, READ_SIZE], answered, { ref: false, resource: this.#resource });
  }

  write(bytes: Uint8Array, _isOwn: boolean, settled: Settled): number | undefined {
    this.#enqueue({ bytes, settled });
    return undefined;
  }

  shutdown(settled: Settled): undefined {
    this.#enqueue({ bytes: undefined, settled });
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#guest.calls.request("stream.close", [this.stream], nothing, { ref: false });
    // Whoever closes is told of nothing before its call is over.
    if (this.#waiting.length > 0) this.#guest.loop.post(() => this.#cancel());
  }

  #cancel(): void {
    for (let next = ArrayPrototypeShift(this.#waiting); next !== undefined; next = ArrayPrototypeShift(this.#waiting)) {
      next.settled(UV_ECANCELED);
    }
  }

  #enqueue(waiting: Waiting): void {
    ArrayPrototypePush(this.#waiting, waiting);
    if (!this.#writes) this.#next();
  }

  #next(): void {
    const next = ArrayPrototypeShift(this.#waiting);
    this.#writes = next !== undefined;
    if (next === undefined) return;
    const answered = (result: unknown, reason: string | undefined): void => {
      // What waits goes out first: whoever hears of this may write more, or close.
      if (!this.#closed) this.#next();
      next.settled(typeof result === "number" ? result : UV_EBADF, reason);
    };
    const { calls } = this.#guest;
    if (next.bytes === undefined) {
      calls.request("stream.shutdown", [this.stream], answered, { resource: "ShutdownWrap" });
    } else {
      calls.request("stream.write", [this.stream], answered, { input: next.bytes, resource: "WriteWrap" });
    }
  }
}

function nothing(): void {}
