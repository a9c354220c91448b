import type { Guest } from "../guest.ts";
import { createOwnQueue } from "../own-queue.ts";
import { setOwn } from "../past-prototypes.ts";
import { ReflectApply } from "../primordial.ts";
import { type Arrival, type Settled, type StreamEnd, UV_ECANCELED, UV_EPIPE } from "./stream-end.ts";

/** What Node's library puts on a handle over a stream of the program's own. */
type Listener = (this: object, ...args: readonly unknown[]) => unknown;

interface Request {
  /** `undefined`: no more will be written. */
  readonly bytes: Uint8Array | undefined;
  readonly settled: Settled;
  /** What the library knows it by. */
  readonly token: object;
}

/** A stream of the program's own: what is written goes to the library's listeners, one at a time, and they bring what is read. */
export class JsStreamEnd implements StreamEnd {
  readonly fd = -1;
  readonly #guest: Guest;
  readonly #handle: object;
  readonly #arrived = createOwnQueue<Arrival>();
  readonly #waiting = createOwnQueue<Request>();
  #reader: ((arrival: Arrival) => void) | undefined;
  #current: Request | undefined;
  #isPaused = false;
  #closed = false;

  constructor(guest: Guest, handle: object) {
    this.#guest = guest;
    this.#handle = handle;
  }

  /** Something has been read from the program's stream, or it is over. */
  arrive(arrival: Arrival): void {
    if (this.#closed) return;
    this.#arrived.put(arrival);
    if (this.#reader !== undefined) {
      this.#hand();
      return;
    }
    if (this.#isPaused || typeof arrival === "number") return;
    this.#isPaused = true;
    this.#call("onreadstop", []);
  }

  /** The library has done what it was asked for. */
  finish(token: object, status: number): void {
    const request = this.#current;
    if (request === undefined || request.token !== token) return;
    this.#current = undefined;
    // What waits goes first: whoever hears of this may write more.
    this.#next();
    request.settled(status);
  }

  read(deliver: (arrival: Arrival) => void): void {
    this.#reader = deliver;
    if (this.#arrived.length > 0) {
      this.#guest.loop.post(() => this.#hand(), false);
      return;
    }
    this.#isPaused = false;
    this.#call("onreadstart", []);
  }

  write(bytes: Uint8Array, _isOwn: boolean, settled: Settled): number | undefined {
    return this.#ask({ bytes, settled, token: {} });
  }

  shutdown(settled: Settled): number | undefined {
    return this.#ask({ bytes: undefined, settled, token: {} });
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#reader = undefined;
    const current = this.#current;
    this.#current = undefined;
    current?.settled(UV_ECANCELED);
    for (let next = this.#waiting.take(); next !== undefined; next = this.#waiting.take()) next.settled(UV_ECANCELED);
  }

  #ask(request: Request): number | undefined {
    if (this.#closed) return UV_EPIPE;
    this.#waiting.put(request);
    if (this.#current === undefined) this.#next();
    return undefined;
  }

  #next(): void {
    if (this.#closed) return;
    const request = this.#waiting.take();
    this.#current = request;
    if (request === undefined) return;
    const status =
      request.bytes === undefined
        ? this.#call("onshutdown", [request.token])
        : this.#call("onwrite", [request.token, this.#pieces(request.bytes)]);
    if (typeof status !== "number" || status === 0) return;
    this.#guest.loop.post(() => this.finish(request.token, status));
  }

  #pieces(bytes: Uint8Array): readonly Uint8Array[] {
    const pieces: Uint8Array[] = [];
    setOwn(pieces, 0, this.#guest.toBuffer(bytes));
    return pieces;
  }

  #hand(): void {
    if (this.#closed || this.#reader === undefined) return;
    const next = this.#arrived.take();
    if (next === undefined) return;
    const reader = this.#reader;
    this.#reader = undefined;
    reader(next);
  }

  #call(name: string, given: readonly unknown[]): unknown {
    const listener = (this.#handle as Readonly<Record<string, unknown>>)[name];
    return typeof listener === "function" ? ReflectApply(listener as Listener, this.#handle, given) : 0;
  }
}
