import type { Guest } from "../guest.ts";
import { ArrayPrototypePush } from "../past-prototypes.ts";
import { ArrayPrototypeShift, TypedArrayPrototypeGetLength } from "../primordial.ts";
import { type Arrival, type Settled, type StreamEnd, UV_EBADF, UV_ECANCELED, UV_EOF } from "./stream-end.ts";

const READ_SIZE = 65_536;
/** So much may be on its way to the host while whoever has written it goes on: less than a system holds for a socket. */
const MOST_BYTES_AHEAD = 16_384;
const MOST_WRITES_AHEAD = 4;

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
  #reads = false;
  #bytesAhead = 0;
  #writesAhead = 0;
  /** What has become of a write that its writer has not waited for. */
  #failed: { readonly status: number; readonly reason: string | undefined } | undefined;

  constructor(guest: Guest, stream: number, resource: string) {
    this.#guest = guest;
    this.stream = stream;
    this.#resource = resource;
  }

  read(deliver: (arrival: Arrival, reason?: string) => void): void {
    const { calls } = this.#guest;
    const answered = (result: unknown, reason: string | undefined): void => {
      this.#reads = false;
      const length = typeof result === "number" ? result : UV_EBADF;
      deliver(length > 0 ? calls.payload(length) : length === 0 ? UV_EOF : length, reason);
    };
    this.#reads = true;
    // The handle, not the request, decides whether the loop stays alive.
    const options = { input: undefined, ref: false, resource: this.#resource };
    calls.send("stream.read", [this.stream, READ_SIZE], answered, options);
  }

  write(bytes: Uint8Array, _isOwn: boolean, settled: Settled): number | undefined {
    const failed = this.#failed;
    if (failed !== undefined) {
      this.#guest.loop.post(() => settled(failed.status, failed.reason));
      return undefined;
    }
    if (this.#mayGoAhead(bytes)) {
      this.#writeAhead(bytes);
      return 0;
    }
    this.#enqueue({ bytes, settled });
    return undefined;
  }

  /** As into a socket's own memory. Who reads hears of a failure, whoever writes. */
  #mayGoAhead(bytes: Uint8Array): boolean {
    if (!this.#reads || this.#writes || this.#writesAhead >= MOST_WRITES_AHEAD) return false;
    return this.#bytesAhead + TypedArrayPrototypeGetLength(bytes) <= MOST_BYTES_AHEAD;
  }

  #writeAhead(bytes: Uint8Array): void {
    const length = TypedArrayPrototypeGetLength(bytes);
    this.#bytesAhead += length;
    this.#writesAhead++;
    const answered = (result: unknown, reason: string | undefined): void => {
      this.#bytesAhead -= length;
      this.#writesAhead--;
      const status = typeof result === "number" ? result : UV_EBADF;
      if (status < 0) this.#failed ??= { status, reason };
    };
    const options = { input: bytes, ref: true, resource: "WriteWrap" };
    this.#guest.calls.send("stream.write", [this.stream], answered, options);
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
