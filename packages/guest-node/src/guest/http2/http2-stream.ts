import type { Guest } from "../guest.ts";
import { ArrayPrototypePush } from "../past-prototypes.ts";
import { TypedArrayPrototypeGetLength } from "../primordial.ts";
import { type Arrival, UV_EOF } from "../streams/stream-end.ts";
import { StreamHandle } from "../streams/stream-handle.ts";
import type { Http2Host } from "./http2-host.ts";
import type { Http2SessionHandle } from "./http2-session.ts";
import { Outgoing } from "./outgoing.ts";

/** Headers as the library writes them: a text, and how many they are. */
export type HeaderList = readonly [text: string, count: number];

const EMPTY_PAYLOAD = 1;
const GET_TRAILERS = 2;
const NO_INDEX = 1;
const CANCEL = 8;

/** How a stream comes about. */
export interface StreamBirth {
  readonly id: number;
  /** The bits of `STREAM_OPTION_…`. */
  readonly options: number;
}

/** The base of `Http2Stream`: one stream of a session. */
export class Http2StreamHandle extends StreamHandle {
  readonly #host: Http2Host;
  readonly #session: Http2SessionHandle;
  readonly #id: number;
  readonly #outgoing: Outgoing;
  #isDestroyed = false;
  /** What has come and is not given back to the peer as room, since nobody reads. */
  #unread = 0;
  #category = 0;
  #headers: string[] = [];
  #sensitive: string[] = [];

  constructor(host: Http2Host, session: Http2SessionHandle, { id, options }: StreamBirth) {
    super(host.core, "HTTP2STREAM", false);
    this.#host = host;
    this.#session = session;
    this.#id = id;
    this.#outgoing = new Outgoing(host, session, id, (options & EMPTY_PAYLOAD) !== 0);
    host.core.attach(this, this.#outgoing);
  }

  get isDestroyed(): boolean {
    return this.#isDestroyed;
  }

  get outgoing(): Outgoing {
    return this.#outgoing;
  }

  id(): number {
    return this.#id;
  }

  override readStart(): number {
    super.readStart();
    this.#consume();
    return 0;
  }

  respond(list: HeaderList, options: number): number {
    const isBare = (options & EMPTY_PAYLOAD) !== 0 || !this.#outgoing.isOpen;
    const hasTrailers = (options & GET_TRAILERS) !== 0;
    const { native } = this.#host;
    if (isBare) this.#outgoing.shutdown();

    const status = native.submitResponse(this.#session.native, this.#id, list[0], list[1], isBare, hasTrailers);
    this.#session.schedule();
    return status;
  }

  info(list: HeaderList): number {
    return this.#did(this.#host.native.submitInfo(this.#session.native, this.#id, list[0], list[1]));
  }

  trailers(list: HeaderList): number {
    return this.#did(this.#host.native.submitTrailers(this.#session.native, this.#id, list[0], list[1]));
  }

  pushPromise(list: HeaderList, options: number): unknown {
    const id = this.#host.native.submitPushPromise(this.#session.native, this.#id, list[0], list[1]);
    this.#session.schedule();
    if (id <= 0) return id;
    return this.#session.addStream({ id, options });
  }

  // Priorities are of the past: neither Node nor nghttp2 does anything with them.
  priority(): number {
    return 0;
  }

  rstStream(code: number): void {
    this.#session.reset(this, code >>> 0);
  }

  refreshState(): void {
    this.#host.native.refreshStream(this.#session.native, this.#id, this.#host.streamState);
  }

  destroy(): void {
    if (this.#isDestroyed) return;
    this.#isDestroyed = true;
    this.#session.removeStream(this);
    super.close();
  }

  override close(callback?: () => void): void {
    this.destroy();
    super.close(callback);
  }

  /** Whether a reset has to wait until what is being parsed is through. */
  waitsToReset(code: number): boolean {
    const isReading = this.#host.core.find(this)?.reading === true;
    return !this.#outgoing.isOpen && (isReading || code === CANCEL);
  }

  begin(category: number): void {
    this.#category = category;
    this.#headers = [];
    this.#sensitive = [];
  }

  header(name: string, value: string, flags: number): void {
    ArrayPrototypePush(this.#headers, name);
    ArrayPrototypePush(this.#headers, value);
    if ((flags & NO_INDEX) !== 0) ArrayPrototypePush(this.#sensitive, name);
  }

  /** Whole headers, as the library's callback wants them. */
  block(flags: number): readonly unknown[] {
    return [this, this.#id, this.#category, flags, this.#headers, this.#sensitive];
  }

  arrive(arrival: Arrival): void {
    if (typeof arrival === "number") {
      if (!this.#isDestroyed) this.#host.core.hand(this, UV_EOF);
      return;
    }
    this.#unread += TypedArrayPrototypeGetLength(arrival);
    if (this.#isDestroyed) {
      this.#consume();
      return;
    }
    this.#host.core.hand(this, arrival);
    if (this.#host.core.find(this)?.reading === true) this.#consume();
  }

  #consume(): void {
    if (this.#unread === 0) return;
    this.#host.native.consume(this.#session.native, this.#id, this.#unread);
    this.#unread = 0;
    this.#session.schedule();
  }

  #did(status: number): number {
    this.#session.schedule();
    return status;
  }
}

/** The class that the library sees; streams are made by their session alone. */
export function http2StreamClass(host: Http2Host): typeof Http2StreamHandle {
  const { guest } = host;
  return class Http2Stream extends Http2StreamHandle {
    constructor(own: Http2Host, session: Http2SessionHandle, birth: StreamBirth) {
      if (own !== host) throw illegal(guest);
      super(host, session, birth);
    }
  };
}

function illegal(guest: Guest): Error {
  return guest.errors.coded("TypeError", "ERR_ILLEGAL_CONSTRUCTOR", "Illegal constructor");
}
