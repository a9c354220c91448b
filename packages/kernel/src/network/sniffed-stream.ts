import { type ByteStream, isPromiseLike } from "@vivarium/core";

/** What is waited for of a first line, in bytes. */
const LONGEST_LINE = 64 * 1024;

type Piece = Uint8Array | undefined;

/**
 * A connection that the check has allowed, whatever it carries, but that what begins as HTTP goes through the gate all the
 * same: each request is asked about. Of a request no more than the beginning of its first line reaches the connection.
 */
export class SniffedStream implements ByteStream {
  readonly #openGate: () => ByteStream;
  #stream: ByteStream;
  /** What has been written so far; undefined once it is known what it is. */
  #begun: string | undefined = "";
  #reader: PromiseWithResolvers<Piece> | undefined;

  constructor(raw: ByteStream, openGate: () => ByteStream) {
    this.#stream = raw;
    this.#openGate = openGate;
  }

  /** The way to the gate: nobody looks at this stream any more. */
  takeGate(): () => ByteStream {
    this.#begun = undefined;
    return this.#openGate;
  }

  read(): Piece | Promise<Piece> {
    const answer = this.#stream.read();
    if (!isPromiseLike(answer)) return answer;
    const reader = Promise.withResolvers<Piece>();
    this.#reader = reader;
    this.#follow(this.#stream, answer, reader);
    return reader.promise;
  }

  write(bytes: Uint8Array): ReturnType<ByteStream["write"]> {
    const before = this.#begun;
    if (before === undefined) return this.#stream.write(bytes);
    // Servers skip empty lines before a request, however many.
    const start = before === "" ? endOfEmptyLines(bytes) : 0;
    const begun = before + Buffer.from(bytes.subarray(start, start + LONGEST_LINE + 1)).toString("latin1");
    const isHttp = beginsAsHttp(begun);
    this.#begun = isHttp === undefined ? begun : undefined;
    if (isHttp !== true) return this.#stream.write(bytes);
    const gate = this.#enterGate();
    return before === "" ? gate.write(bytes) : writeBoth(gate, Buffer.from(before, "latin1"), bytes);
  }

  end(): ReturnType<ByteStream["end"]> {
    return this.#stream.end();
  }

  destroy(): void {
    this.#stream.destroy();
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
      if (this.#stream !== stream) return;
      this.#reader = undefined;
      action();
    };
    Promise.resolve(answer).then(
      (piece) => settle(() => reader.resolve(piece)),
      (error: unknown) => settle(() => reader.reject(error)),
    );
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

/**
 * Whether bytes, as Latin-1, are the beginning of a request of HTTP, in any version and however lax its reader is;
 * undefined: not known yet.
 */
export function beginsAsHttp(text: string): boolean | undefined {
  const start = /^[\r\n]*/.exec(text)?.[0].length ?? 0;
  const end = text.indexOf("\n", start);
  const line = end === -1 ? text.slice(start) : text.slice(start, end);
  if (!/^[\w!#$%&'*+.^`|~-]*(?:[\t ]|$)/.test(line)) return false;
  if (/^\S+[\t ][^\n]*HTTP\/\d/i.test(line)) return true;
  // One that is longer is refused if it may be one: there are servers that read a megabyte of it.
  if (end === -1) return text.length > LONGEST_LINE ? /^\S+[\t ]/.test(line) : undefined;
  // A request of HTTP/0.9 has no version.
  return /^GET[\t ]+(?:\/|https?:)/i.test(line);
}
