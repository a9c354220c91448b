import type { NativeHttp2Session } from "../../native/native-http2.ts";
import { createOwnQueue, type OwnQueue } from "../own-queue.ts";
import { TypedArrayPrototypeSubarray } from "../past-prototypes.ts";
import { MathMin, TypedArrayPrototypeGetLength } from "../primordial.ts";
import { type Settled, type StreamEnd, UV_ECANCELED, UV_EPIPE } from "../streams/stream-end.ts";
import type { Http2Host } from "./http2-host.ts";

/** How much of what a stream writes lies with nghttp2 at a time, in bytes; the rest stays where the program has it. */
const AHEAD = 65_536;
const UV_ENOBUFS = -105;

interface Written {
  readonly bytes: Uint8Array;
  /** How many bytes of the stream have gone when it is over. */
  readonly until: number;
  readonly settled: Settled;
}

/** What a stream needs of its session. */
export interface OutgoingSession {
  readonly native: NativeHttp2Session;
  /** Something is to be sent soon. */
  schedule(): void;
  /** Settles this stream's writes after the next that goes out. */
  touch(outgoing: Outgoing): void;
}

/** What is written to one stream of HTTP/2. What is read from it comes without being asked for. */
export class Outgoing implements StreamEnd {
  readonly fd = -1;
  readonly #host: Http2Host;
  readonly #session: OutgoingSession;
  readonly #id: number;
  /** Not yet with nghttp2; of the first, from `#taken` on. */
  readonly #waiting: OwnQueue<Uint8Array> = createOwnQueue<Uint8Array>();
  #current: Uint8Array | undefined;
  #taken = 0;
  readonly #unsettled: OwnQueue<Written> = createOwnQueue<Written>();
  #next: Written | undefined;
  #total = 0;
  #sent = 0;
  #isEnding = false;
  #isOver = false;

  constructor(host: Http2Host, session: OutgoingSession, id: number, isEnded: boolean) {
    this.#host = host;
    this.#session = session;
    this.#id = id;
    this.#isEnding = isEnded;
  }

  /** Whether more may be written. */
  get isOpen(): boolean {
    return !this.#isEnding && !this.#isOver;
  }

  get hasWaiting(): boolean {
    return this.#current !== undefined || this.#host.native.queued(this.#session.native, this.#id) > 0;
  }

  read(): void {}

  write(bytes: Uint8Array, _isOwn: boolean, settled: Settled): number | undefined {
    if (!this.isOpen) return UV_EPIPE;
    this.#total += TypedArrayPrototypeGetLength(bytes);
    const written = { bytes, until: this.#total, settled };
    if (this.#next === undefined) this.#next = written;
    else this.#unsettled.put(written);
    if (this.#current === undefined) this.#current = bytes;
    else this.#waiting.put(bytes);
    this.#session.touch(this);
    this.pump();
    this.#session.schedule();
    return undefined;
  }

  shutdown(): number {
    if (this.#isOver) return UV_EPIPE;
    this.#isEnding = true;
    this.pump();
    this.#session.schedule();
    return 1;
  }

  /** So many bytes are in frames now. */
  went(bytes: number): void {
    this.#sent += bytes;
    this.#session.touch(this);
  }

  /** Gives nghttp2 what it has room for. */
  pump(): void {
    const { native } = this.#host;
    const session = this.#session.native;
    let room = AHEAD - native.queued(session, this.#id);
    while (this.#current !== undefined && !this.#isOver) {
      const length = TypedArrayPrototypeGetLength(this.#current);
      const end = MathMin(length, this.#taken + room);
      if (end === this.#taken && length > 0) return;
      if (
        length > 0 &&
        !native.write(session, this.#id, TypedArrayPrototypeSubarray(this.#current, this.#taken, end))
      ) {
        this.#end(UV_ENOBUFS);
        return;
      }
      room -= end - this.#taken;
      this.#taken = end;
      if (end < length) return;
      this.#current = this.#waiting.take();
      this.#taken = 0;
    }
    if (this.#isEnding && !this.#isOver) native.end(session, this.#id);
  }

  /** What is in frames has left, or will not. */
  settle(status: number): void {
    for (let next = this.#next; next !== undefined && next.until <= this.#sent; next = this.#next) {
      this.#next = this.#unsettled.take();
      next.settled(status);
    }
  }

  close(): void {
    this.#end(UV_ECANCELED);
  }

  #end(status: number): void {
    this.#isOver = true;
    this.#current = undefined;
    while (this.#waiting.take() !== undefined);
    this.#host.guest.loop.post(() => {
      for (let next = this.#next; next !== undefined; next = this.#next) {
        this.#next = this.#unsettled.take();
        next.settled(status);
      }
    });
  }
}
