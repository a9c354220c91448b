import type { NativeHttpParser, NativeParsed } from "../../native/native-http-parser.ts";
import type { AsyncWrap } from "../async-wraps.ts";
import { bytesOf } from "../bytes.ts";
import type { Guest } from "../guest.ts";
import { createOwnQueue } from "../own-queue.ts";
import { setOwn, TypedArrayPrototypeSlice } from "../past-prototypes.ts";
import { TypedArrayPrototypeGetLength } from "../primordial.ts";
import type { StreamCore } from "../streams/stream-core.ts";
import type { Arrival } from "../streams/stream-end.ts";
import type { ConnectionParser, ConnectionsList } from "./connections-list.ts";

/** What parsers tell, by the numbers under which the library puts its functions. */
export const ON_MESSAGE_BEGIN = 0;
export const ON_HEADERS = 1;
export const ON_HEADERS_COMPLETE = 2;
export const ON_BODY = 3;
export const ON_MESSAGE_COMPLETE = 4;
export const ON_EXECUTE = 5;
export const ON_TIMEOUT = 6;

export const REQUEST = 1;
export const RESPONSE = 2;

/** What the parsers of one guest share. */
export interface ParserHost {
  readonly guest: Guest;
  readonly core: StreamCore;
  now(): number;
}

type Heard = (...args: unknown[]) => unknown;

/** A parser of messages of HTTP/1.1: llhttp, as Node's own. What it finds, it tells the functions that its numbers name. */
export class HttpParser implements ConnectionParser {
  readonly #host: ParserHost;
  readonly #native: NativeHttpParser;
  #wrap: AsyncWrap;
  #list: ConnectionsList | undefined;
  #messageStart = 0;
  /** The handle whose bytes come here without the library. */
  #consumed: object | undefined;
  #current: Uint8Array | undefined;
  #isParsing = false;
  /** Whether what it parses has come without the library. */
  #isFed = false;
  readonly #later = createOwnQueue<Uint8Array>();

  constructor(host: ParserHost) {
    this.#host = host;
    this.#native = host.guest.native.httpParser.create((event: number, ...args: unknown[]) => this.#tell(event, args));
    this.#wrap = host.guest.wraps.adopt(this, "HTTPINCOMINGMESSAGE");
  }

  get messageStart(): number {
    return this.#messageStart;
  }

  getAsyncId(): number {
    return this.#wrap.asyncId;
  }

  initialize(
    type: number,
    resource: object,
    maxHeaderSize = 0,
    lenient = 0,
    list: ConnectionsList | null = null,
  ): void {
    const { guest } = this.#host;
    const provider = type === REQUEST ? "HTTPINCOMINGMESSAGE" : "HTTPCLIENTREQUEST";
    this.#wrap = guest.wraps.adopt(resource, provider);
    guest.native.httpParser.initialize(this.#native, type, maxHeaderSize || largestHead(guest), lenient);
    this.#list = list ?? undefined;
    if (this.#list === undefined) return;
    // A connection on which nothing comes is in the middle of a message, too.
    this.#messageStart = this.#host.now();
    this.#list.begin(this);
  }

  /** Bytes that come while it tells of others are parsed behind these: it has taken them all. */
  execute(bytes: ArrayBufferView): number | Error {
    const given = bytesOf(bytes);
    if (this.#isParsing) {
      this.#later.put(TypedArrayPrototypeSlice(given));
      return TypedArrayPrototypeGetLength(given);
    }
    try {
      return this.#parseAll(given);
    } finally {
      this.#forgetLater();
    }
  }

  #parseAll(given: Uint8Array): number | Error {
    let result = this.#parse(given);
    for (let next = this.#later.take(); next !== undefined; next = this.#later.take()) {
      const behind = typeof result === "number" ? this.#parse(next) : result;
      if (typeof behind !== "number") result = behind;
    }
    return result;
  }

  #forgetLater(): void {
    while (this.#later.take() !== undefined);
  }

  #parse(bytes: Uint8Array): number | Error {
    this.#isParsing = true;
    try {
      return this.#came(this.#host.guest.native.httpParser.execute(this.#native, bytes));
    } finally {
      this.#isParsing = false;
    }
  }

  finish(): Error | undefined {
    const result = this.#came(this.#host.guest.native.httpParser.finish(this.#native));
    return typeof result === "number" ? undefined : result;
  }

  pause(): void {
    this.#host.guest.native.httpParser.pause(this.#native, true);
  }

  resume(): void {
    this.#host.guest.native.httpParser.pause(this.#native, false);
  }

  // What is behind it goes with it.
  close(): void {}

  free(): void {
    this.#forgetLater();
    this.#host.guest.wraps.release(this.#wrap);
  }

  remove(): void {
    this.#list?.remove(this);
  }

  headersCompleted(): boolean {
    return this.#host.guest.native.httpParser.headersCompleted(this.#native);
  }

  /** How long the message has been coming, in milliseconds. */
  duration(): number {
    return this.#messageStart === 0 ? 0 : this.#host.now() - this.#messageStart;
  }

  consume(handle: object): void {
    this.unconsume();
    this.#consumed = handle;
    this.#host.core.listen(handle, (arrival) => this.#read(handle, arrival));
  }

  unconsume(): void {
    const handle = this.#consumed;
    this.#consumed = undefined;
    if (handle !== undefined) this.#host.core.listen(handle, undefined);
  }

  /** A copy of what is being parsed, or has just been. */
  getCurrentBuffer(): Uint8Array {
    return this.#host.guest.toBuffer(
      this.#current === undefined ? new Uint8Array(0) : TypedArrayPrototypeSlice(this.#current),
    );
  }

  #read(handle: object, arrival: Arrival): void {
    const { core, guest } = this.#host;
    if (typeof arrival === "number") {
      core.emit(handle, core.stateOf(handle), arrival, undefined);
      return;
    }
    if (TypedArrayPrototypeGetLength(arrival) === 0) return;
    const parse = (): void => {
      this.#current = arrival;
      this.#isFed = true;
      let result: number | Error;
      try {
        result = this.execute(arrival);
      } finally {
        this.#isFed = false;
      }
      this.#current = arrival;
      const heard = this.#heard(ON_EXECUTE);
      if (heard !== undefined) guest.wraps.run(this.#wrap, heard as never, this, [result]);
      this.#current = undefined;
    };
    guest.loop.enter(parse);
  }

  #heard(event: number): Heard | undefined {
    const heard: unknown = this[event as keyof this];
    return typeof heard === "function" ? (heard as Heard) : undefined;
  }

  #tell(event: number, args: unknown[]): unknown {
    if (event === ON_MESSAGE_BEGIN) this.#begin();
    else if (event === ON_MESSAGE_COMPLETE) this.#complete();
    const heard = this.#heard(event);
    if (heard === undefined) return 0;
    const { guest } = this.#host;
    if (event !== ON_BODY) return guest.wraps.run(this.#wrap, heard as never, this, args);
    guest.toBuffer(args[0] as Uint8Array);
    const answer = guest.wraps.run(this.#wrap, heard as never, this, args);
    // As Node, whose piece of a body is a callback of its own: what the program does about it comes before the next.
    if (this.#isFed) guest.loop.tick();
    return answer;
  }

  #begin(): void {
    if (this.#list === undefined) {
      this.#messageStart = 1;
      return;
    }
    this.#messageStart = this.#host.now();
    this.#list.begin(this);
  }

  #complete(): void {
    this.#messageStart = 0;
    this.#list?.rest(this);
  }

  #came(parsed: NativeParsed): number | Error {
    if (typeof parsed === "number") return parsed;
    const error = new Error("Parse Error");
    setOwn(error, "bytesParsed", parsed[0]);
    setOwn(error, "code", parsed[1]);
    setOwn(error, "reason", parsed[2]);
    return error;
  }
}

function largestHead(guest: Guest): number {
  const { getOptionValue } = guest.library.require("internal/options") as { getOptionValue: (name: string) => unknown };
  const size = getOptionValue("--max-http-header-size");
  return typeof size === "number" ? size : 16_384;
}
