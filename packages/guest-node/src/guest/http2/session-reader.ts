import type { AsyncWrap } from "../async-wraps.ts";
import { ArrayPrototypePush } from "../past-prototypes.ts";
import { ArrayPrototypeShift, TypedArrayPrototypeGetLength } from "../primordial.ts";
import { UV_EOF } from "../streams/stream-end.ts";
import type { Heard, Http2Host } from "./http2-host.ts";
import type { Http2SessionHandle } from "./http2-session.ts";
import { type SessionEvents, tellEvents } from "./session-events.ts";

const BITS = 0;
const PRIORITY_LISTENERS = 1;
const FRAME_ERROR_LISTENERS = 2;
const HAS_SETTINGS_LISTENERS = 1;
const SETTINGS_ARE_KNOWN = 2;
const HAS_PING_LISTENERS = 4;
const HAS_ALTSVC_LISTENERS = 8;
export const PROTOCOL_ERROR = -505;
const INTERNAL_ERROR = 2;

/** The codes of HTTP/2 that errors of nghttp2 amount to. */
const codes: Readonly<Record<string, number>> = {
  __proto__: null as never,
  [-505]: 1,
  [-510]: 5,
  [-522]: 6,
  [-523]: 9,
  [-524]: 3,
  [-533]: 7,
  [-535]: 8,
};

/** Has nghttp2 parse what arrives, frame by frame, and tells the library what it finds. */
export class SessionReader implements SessionEvents {
  readonly #host: Http2Host;
  readonly #session: Http2SessionHandle;
  #depth = 0;
  readonly #afterwards: (() => void)[] = [];

  constructor(host: Http2Host, session: Http2SessionHandle) {
    this.#host = host;
    this.#session = session;
  }

  /** Whether something that has arrived is being told of. */
  get isBusy(): boolean {
    return this.#depth > 0;
  }

  /** Runs something when that is over. */
  afterwards(run: () => void): void {
    ArrayPrototypePush(this.#afterwards, run);
  }

  take(bytes: Uint8Array): void {
    const session = this.#session;
    const length = TypedArrayPrototypeGetLength(bytes);
    session.applyBounds();
    for (let offset = 0; offset < length && !session.isClosed; ) {
      const answer = this.#host.native.receive(session.native, bytes, offset);
      this.#depth++;
      tellEvents(answer, this);
      this.#depth--;
      this.#runAfterwards();
      const taken = answer[0] as number;
      if (taken <= 0) {
        session.tell("internalError", session, [taken, answer[1]]);
        return;
      }
      offset += taken;
    }
    session.writer.send();
  }

  beginHeaders(id: number, category: number): void {
    (this.#session.find(id) ?? this.#session.addStream({ id, options: 0 })).begin(category);
  }

  header(id: number, name: string, value: string, flags: number): void {
    this.#session.find(id)?.header(name, value, flags);
  }

  headers(id: number, flags: number): void {
    const stream = this.#session.find(id);
    if (stream !== undefined) this.#session.tell("headers", this.#session, stream.block(flags));
  }

  data(id: number, bytes: Uint8Array<ArrayBuffer>): void {
    const stream = this.#session.find(id);
    const length = TypedArrayPrototypeGetLength(bytes);
    if (stream === undefined) this.#host.native.consume(this.#session.native, id, length);
    else this.#asEvent(() => stream.arrive(bytes));
  }

  end(id: number): void {
    const stream = this.#session.find(id);
    if (stream !== undefined) this.#asEvent(() => stream.arrive(UV_EOF));
  }

  close(id: number, code: number): void {
    const stream = this.#session.find(id);
    if (stream === undefined) return;
    if (this.#session.tell("streamClose", stream, [code]) !== true) stream.destroy();
  }

  settings(isAck: boolean, pairs: readonly number[]): void {
    const session = this.#session;
    if (isAck) {
      if (!session.sentSettings.answer(true, undefined, this.#call)) this.invalid(PROTOCOL_ERROR);
      return;
    }
    const { ids, values } = session.remoteCustom;
    for (let at = 0; at < pairs.length; at += 2) {
      for (let index = 0; index < ids.length; index++) if (ids[index] === pairs[at]) values[index] = pairs[at + 1];
    }
    const bits = session.fields[BITS] ?? 0;
    session.fields[BITS] = bits & ~SETTINGS_ARE_KNOWN;
    if ((bits & HAS_SETTINGS_LISTENERS) !== 0) session.tell("settings", session, []);
  }

  ping(isAck: boolean, payload: Uint8Array): void {
    const session = this.#session;
    const buffer = this.#host.guest.toBuffer(payload);
    if (isAck) {
      if (!session.pings.answer(true, buffer, this.#call)) this.invalid(PROTOCOL_ERROR);
    } else if (((session.fields[BITS] ?? 0) & HAS_PING_LISTENERS) !== 0) {
      session.tell("ping", session, [buffer]);
    }
  }

  goaway(code: number, last: number, data: Uint8Array): void {
    const buffer = TypedArrayPrototypeGetLength(data) > 0 ? this.#host.guest.toBuffer(data) : undefined;
    this.#session.tell("goaway", this.#session, [code, last, buffer]);
  }

  priority(id: number, parent: number, weight: number, isExclusive: boolean): void {
    if (this.#session.fields[PRIORITY_LISTENERS] === 0) return;
    this.#session.tell("priority", this.#session, [id, parent, weight, isExclusive]);
  }

  altsvc(id: number, origin: string, field: string): void {
    if (((this.#session.fields[BITS] ?? 0) & HAS_ALTSVC_LISTENERS) === 0) return;
    this.#session.tell("altsvc", this.#session, [id, origin, field]);
  }

  origin(origins: readonly string[]): void {
    this.#session.tell("origin", this.#session, [origins]);
  }

  frameError(id: number, type: number, code: number): void {
    if (this.#session.fields[FRAME_ERROR_LISTENERS] === 0) return;
    this.#session.tell("frameError", this.#session, [id, type, codes[code] ?? INTERNAL_ERROR]);
  }

  invalid(code: number): void {
    this.#session.tell("internalError", this.#session, [code, undefined]);
  }

  sent(id: number, bytes: number): void {
    this.#session.find(id)?.outgoing.went(bytes);
  }

  trailers(id: number): void {
    const stream = this.#session.find(id);
    if (stream !== undefined) this.#session.tell("trailers", stream, []);
  }

  readonly #call = (wrap: AsyncWrap, heard: Heard, args: readonly unknown[]): void =>
    this.#session.call(wrap, heard, args);

  #asEvent(run: () => void): void {
    this.#session.withTicks(run);
  }

  #runAfterwards(): void {
    if (this.#depth > 0) return;
    for (
      let next = ArrayPrototypeShift(this.#afterwards);
      next !== undefined;
      next = ArrayPrototypeShift(this.#afterwards)
    ) {
      next();
    }
  }
}
