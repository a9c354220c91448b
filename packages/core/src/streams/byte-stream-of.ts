import type { ByteStream } from "../contracts/byte-stream.ts";
import { NetworkError } from "../errors/network-error.ts";

/** What {@link byteStreamOf} needs of a stream: any `Duplex` of Node's has it. */
export interface DuplexLike {
  read(): unknown;
  write(bytes: Uint8Array, callback?: (error?: Error | null) => void): boolean;
  end(callback?: () => void): unknown;
  destroy(): unknown;
  on(event: "readable" | "end" | "close" | "drain", listener: () => void): unknown;
  on(event: "error", listener: (error: Error) => void): unknown;
}

/**
 * A `Duplex` of Node's, such as a socket or the end of a pipe, as a {@link ByteStream}. Nobody else may read it. Its errors
 * are those of the byte stream.
 */
export function byteStreamOf(duplex: DuplexLike): ByteStream {
  return new DuplexByteStream(duplex);
}

interface Waiting<T> {
  readonly resolve: (value: T) => void;
  readonly reject: (error: unknown) => void;
}

/** Pieces that a duplex may have taken and not passed on: each is an object, however few bytes it has. */
const MOST_PIECES = 256;

class DuplexByteStream implements ByteStream {
  readonly #duplex: DuplexLike;
  #pieces = 0;
  #reader: Waiting<Uint8Array | undefined> | undefined;
  #writer: Waiting<void> | undefined;
  #hasEnded = false;
  #error: unknown;
  #isOver = false;

  constructor(duplex: DuplexLike) {
    this.#duplex = duplex;
    duplex.on("readable", () => this.#arrive());
    duplex.on("end", () => {
      this.#hasEnded = true;
      this.#arrive();
    });
    duplex.on("drain", () => this.#settleWriter());
    duplex.on("error", (error) => this.#fail(error));
    duplex.on("close", () => this.#close());
  }

  read(): Uint8Array | undefined | Promise<Uint8Array | undefined> {
    const piece = this.#take();
    if (piece !== undefined) return piece;
    if (this.#hasEnded) return undefined;
    if (this.#isOver) throw this.#error;
    return new Promise((resolve, reject) => {
      this.#reader = { resolve, reject };
    });
  }

  write(bytes: Uint8Array): void | Promise<void> {
    if (this.#isOver) throw this.#error;
    this.#pieces += 1;
    if (this.#duplex.write(bytes, this.#passedOn) && this.#pieces < MOST_PIECES) return;
    if (this.#pieces === 0) return;
    return new Promise((resolve, reject) => {
      this.#writer = { resolve, reject };
    });
  }

  end(): void {
    if (!this.#isOver) this.#duplex.end();
  }

  destroy(): void {
    this.#duplex.destroy();
  }

  readonly #passedOn = (error?: Error | null): void => {
    this.#pieces -= 1;
    if (this.#pieces === 0 && (error === undefined || error === null)) this.#settleWriter();
  };

  #take(): Uint8Array | undefined {
    const piece = this.#duplex.read();
    return piece instanceof Uint8Array ? piece : undefined;
  }

  #arrive(): void {
    const reader = this.#reader;
    if (reader === undefined) return;
    const piece = this.#take();
    if (piece === undefined && !this.#hasEnded) return;
    this.#reader = undefined;
    reader.resolve(piece);
  }

  #settleWriter(): void {
    const writer = this.#writer;
    this.#writer = undefined;
    writer?.resolve();
  }

  #fail(error: unknown): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#error = error;
    this.#reader?.reject(error);
    this.#writer?.reject(error);
    this.#reader = undefined;
    this.#writer = undefined;
  }

  /** After its end it has failed nobody who reads, but whoever writes. */
  #close(): void {
    this.#fail(new NetworkError(this.#hasEnded ? "EPIPE" : "ECONNRESET"));
  }
}
