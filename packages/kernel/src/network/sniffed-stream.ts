import { type ByteStream, isPromiseLike } from "@vivarium/core";
import { CallFailure } from "../system-calls/call-failure.ts";
import { isHttpAnswer, RequestWatch } from "./request-watch.ts";

/** What is waited for of a first line, in bytes. */
const LONGEST_LINE = 64 * 1024;

type Piece = Uint8Array | undefined;

/**
 * A connection that the check has allowed, whatever it carries, but that what begins as HTTP goes through the gate all the
 * same: each request is asked about. Of a request no more than the beginning of its first line reaches the connection. What
 * begins as something else is watched until the other end has spoken: no request hides behind it.
 */
export class SniffedStream implements ByteStream {
  readonly #openGate: () => ByteStream;
  #stream: ByteStream;
  /** What has been written so far; undefined once it is known what it is. */
  #begun: string | undefined = "";
  #reader: PromiseWithResolvers<Piece> | undefined;
  /** Of what has not begun as HTTP, as long as the other end has said nothing. */
  #watch: RequestWatch | undefined;
  #hasSpoken = false;
  #failure: CallFailure | undefined;

  constructor(raw: ByteStream, openGate: () => ByteStream) {
    this.#stream = raw;
    this.#openGate = openGate;
  }

  /** The way to the gate: nobody looks at this stream any more. */
  takeGate(): () => ByteStream {
    this.#begun = undefined;
    this.#watch = undefined;
    return this.#openGate;
  }

  read(): Piece | Promise<Piece> {
    if (this.#failure !== undefined) throw this.#failure;
    const answer = this.#stream.read();
    if (!isPromiseLike(answer)) return this.#heard(answer);
    const reader = Promise.withResolvers<Piece>();
    this.#reader = reader;
    this.#follow(this.#stream, answer, reader);
    return reader.promise;
  }

  write(bytes: Uint8Array): ReturnType<ByteStream["write"]> {
    if (this.#failure !== undefined) throw this.#failure;
    const before = this.#begun;
    if (before === undefined) return this.#writeWatched(bytes, bytes);
    // Servers skip empty lines before a request, however many.
    const start = before === "" ? endOfEmptyLines(bytes) : 0;
    const begun = before + Buffer.from(bytes.subarray(start, start + LONGEST_LINE + 1)).toString("latin1");
    const isHttp = beginsAsHttp(begun);
    this.#begun = isHttp === undefined ? begun : undefined;
    if (isHttp === undefined) return this.#stream.write(bytes);
    if (!isHttp) {
      this.#watch = this.#hasSpoken ? undefined : new RequestWatch();
      return this.#writeWatched(bytes, Buffer.concat([Buffer.from(before, "latin1"), bytes]));
    }
    const gate = this.#enterGate();
    return before === "" ? gate.write(bytes) : writeBoth(gate, Buffer.from(before, "latin1"), bytes);
  }

  end(): ReturnType<ByteStream["end"]> {
    return this.#stream.end();
  }

  destroy(): void {
    this.#stream.destroy();
  }

  /** @param watched what is looked at: what was not decided yet comes before it */
  #writeWatched(bytes: Uint8Array, watched: Uint8Array): ReturnType<ByteStream["write"]> {
    if (this.#watch?.sees(watched) === true) throw this.#refuse("HTTP may not follow what is none");
    return this.#stream.write(bytes);
  }

  #heard(piece: Piece): Piece {
    if (piece === undefined || piece.byteLength === 0) return piece;
    this.#hasSpoken = true;
    const isWatched = this.#watch !== undefined;
    this.#watch = undefined;
    if (isWatched && isHttpAnswer(piece)) throw this.#refuse("a server of HTTP is asked by nothing but HTTP");
    return piece;
  }

  #refuse(reason: string): CallFailure {
    this.#failure = new CallFailure("EACCES", reason);
    this.#reader?.reject(this.#failure);
    this.#reader = undefined;
    this.#stream.destroy();
    return this.#failure;
  }

  #enterGate(): ByteStream {
    const raw = this.#stream;
    const gate = this.#openGate();
    this.#stream = gate;
    raw.destroy();
    const reader = this.#reader;
    if (reader !== undefined) this.#follow(gate, gate.read(), reader);
    return gate;
  }

  /** What comes of a connection that has been left is nobody's. */
  #follow(stream: ByteStream, answer: ReturnType<ByteStream["read"]>, reader: PromiseWithResolvers<Piece>): void {
    const settle = (action: () => void): void => {
      if (this.#stream !== stream || this.#reader !== reader) return;
      this.#reader = undefined;
      action();
    };
    Promise.resolve(answer).then(
      (piece) => settle(() => this.#answer(reader, piece)),
      (error: unknown) => settle(() => reader.reject(error)),
    );
  }

  #answer(reader: PromiseWithResolvers<Piece>, piece: Piece): void {
    try {
      reader.resolve(this.#heard(piece));
    } catch (error) {
      reader.reject(error);
    }
  }
}

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;

function endOfEmptyLines(bytes: Uint8Array): number {
  const start = bytes.findIndex((byte) => byte !== LINE_FEED && byte !== CARRIAGE_RETURN);
  return start === -1 ? bytes.byteLength : start;
}

async function writeBoth(stream: ByteStream, first: Uint8Array, second: Uint8Array): Promise<void> {
  await stream.write(first);
  await stream.write(second);
}

/** What some reader of HTTP takes for a blank within a line: Python's server divides the first line by all of these, as Latin-1. */
const BLANK = "\\t\\v\\f\\r\\x1c-\\x1f \\x85\\xa0";
/** A name for a method, and then a blank, if anything yet. */
const begins = new RegExp(`^[${BLANK}]*[\\w!#$%&'*+.^\`|~-]*(?:[${BLANK}]|$)`);
const hasVersion = new RegExp(`^[${BLANK}]*[^${BLANK}\\n]+[${BLANK}][^\\n]*HTTP/\\d`, "i");
const hasMethod = new RegExp(`^[${BLANK}]*[^${BLANK}\\n]+[${BLANK}]`);
/** A request of HTTP/0.9 has no version. */
const isOldest = new RegExp(`^[${BLANK}]*GET[${BLANK}]+(?:/|https?:)`, "i");

/**
 * Whether bytes, as Latin-1, are the beginning of a request of HTTP, in any version and however lax its reader is;
 * undefined: not known yet.
 */
export function beginsAsHttp(text: string): boolean | undefined {
  const start = /^[\r\n]*/.exec(text)?.[0].length ?? 0;
  const end = text.indexOf("\n", start);
  const line = end === -1 ? text.slice(start) : text.slice(start, end);
  if (!begins.test(line)) return false;
  if (hasVersion.test(line)) return true;
  // One that is longer is refused if it may be one: there are servers that read a megabyte of it.
  if (end === -1) return text.length > LONGEST_LINE ? hasMethod.test(line) : undefined;
  return isOldest.test(line);
}
