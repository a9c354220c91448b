import type { Transform } from "node:stream";
import {
  constants,
  createBrotliDecompress,
  createGunzip,
  createInflate,
  createInflateRaw,
  createZstdDecompress,
} from "node:zlib";
import { widestLogOf, windowLogOf } from "./packed-window.ts";
import type { UnpackingRoom } from "./unpacking-room.ts";

/** Packings within packings that are looked into. */
const MOST_CODINGS = 4;
/** The first byte of a zlib stream (RFC 1950) names its method; deflate without that frame is as common. */
const ZLIB_METHOD_MASK = 0x0f;
const ZLIB_DEFLATE = 0x08;

/** Others are looked into by nobody: guests cannot unpack them. */
const codings: ReadonlySet<string> = new Set(["gzip", "x-gzip", "deflate", "br", "zstd"]);
/** What a decoder of Brotli or Zstandard keeps beside what it has unpacked, in bytes: tables, which a server may make large. */
const TABLES_BYTES = 1024 * 1024;

export interface DecodedCountOptions {
  /** As the response says, or several responses' headers together. */
  readonly contentEncoding: string;
  /** Where those are unpacked that keep megabytes of what has come out. */
  readonly room: UnpackingRoom;
  /** Nobody waits for room any more. */
  readonly signal: AbortSignal;
}

interface Unpacking {
  readonly coding: string;
  /** What it keeps, as a power of two; undefined of a coding that keeps little. */
  readonly windowLog: number | undefined;
}

/** Unpacks content to count it: whoever gets it unpacks it by himself. Nothing of it is kept. */
export class DecodedCount {
  readonly #codings: readonly string[];
  readonly #options: DecodedCountOptions;
  #first: Transform | undefined;
  #all: readonly Transform[] = [];
  #bytes = 0;
  #isOver = false;
  #leaveRoom: (() => void) | undefined;
  #isTooWide = false;

  constructor(options: DecodedCountOptions) {
    this.#options = options;
    this.#codings = options.contentEncoding
      .toLowerCase()
      .split(",")
      .map((coding) => coding.trim())
      .filter((coding) => coding !== "" && coding !== "identity");
  }

  /** Bytes that have come out so far. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Whether it is packed more often than anybody does in earnest. */
  get isAbsurd(): boolean {
    return this.#codings.length > MOST_CODINGS;
  }

  /** Whether whoever unpacks it would have to keep more than anybody may ask for. */
  get isTooWide(): boolean {
    return this.#isTooWide;
  }

  /**
   * Takes the next piece, and stops where more than `most` bytes have come out of all of them. The first may have to wait for
   * room to be unpacked in.
   * @throws as {@link UnpackingRoom.take} does
   */
  async take(piece: Uint8Array, most: number): Promise<void> {
    if (this.#codings.length === 0) this.#bytes += piece.byteLength;
    if (this.#codings.length === 0 || this.#isOver) return;
    this.#first ??= await this.#open(piece, most);
    const first = this.#first;
    if (first === undefined) return;
    await written(first, piece);
    // What is on its way through the next ones.
    for (const decoder of this.#all) await this.#settled(decoder);
  }

  close(): void {
    this.#isOver = true;
    for (const decoder of this.#all) decoder.destroy();
    this.#leaveRoom?.();
  }

  async #open(piece: Uint8Array, most: number): Promise<Transform | undefined> {
    // Codings are named in the order in which they were applied.
    const all = this.#codings.toReversed().map((coding, index) => unpackingOf(coding, index === 0 ? piece : undefined));
    if (!all.every(({ coding }) => codings.has(coding))) {
      this.#isOver = true;
      return undefined;
    }
    const { room, signal } = this.#options;
    const bytes = all.reduce((sum, { windowLog }) => sum + bytesOf(windowLog), 0);
    if (bytes > 0) this.#leaveRoom = await room.take(bytes, signal);
    const decoders = all.map((unpacking) => decoderOf(unpacking, piece));
    this.#all = decoders;
    for (const [index, decoder] of decoders.entries()) {
      decoder.on("error", (error: NodeJS.ErrnoException) => {
        this.#isTooWide ||= error.code === "ZSTD_error_frameParameter_windowTooLarge";
        this.close();
      });
      const next = decoders[index + 1];
      if (next !== undefined) decoder.pipe(next);
    }
    decoders.at(-1)?.on("data", (bytes: Uint8Array) => {
      this.#bytes += bytes.byteLength;
      if (this.#bytes > most) this.close();
    });
    return decoders[0];
  }

  async #settled(decoder: Transform): Promise<void> {
    while (!decoder.destroyed && (decoder.writableLength > 0 || decoder.readableLength > 0))
      await new Promise((resolve) => setImmediate(resolve));
  }
}

/** Settles when a piece has gone through, or there is nobody left to take it. */
function written(decoder: Transform, piece: Uint8Array): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      decoder.off("close", done);
      resolve();
    };
    decoder.once("close", done);
    decoder.write(piece, done);
  });
}

function unpackingOf(coding: string, piece: Uint8Array | undefined): Unpacking {
  if (coding !== "br" && coding !== "zstd") return { coding, windowLog: undefined };
  return { coding, windowLog: piece === undefined ? widestLogOf(coding) : windowLogOf(coding, piece) };
}

function bytesOf(windowLog: number | undefined): number {
  return windowLog === undefined ? 0 : 2 ** windowLog + TABLES_BYTES;
}

function decoderOf({ coding, windowLog }: Unpacking, piece: Uint8Array): Transform {
  switch (coding) {
    case "deflate":
      return ((piece[0] ?? 0) & ZLIB_METHOD_MASK) === ZLIB_DEFLATE ? createInflate() : createInflateRaw();
    case "br":
      return createBrotliDecompress();
    case "zstd":
      // More than it begins with would not be counted.
      return createZstdDecompress({ params: { [constants.ZSTD_d_windowLogMax]: windowLog ?? widestLogOf("zstd") } });
    default:
      return createGunzip();
  }
}
