import type { Transform } from "node:stream";
import {
  constants,
  createBrotliDecompress,
  createGunzip,
  createInflate,
  createInflateRaw,
  createZstdDecompress,
} from "node:zlib";

/** Packings within packings that are looked into. */
const MOST_CODINGS = 4;
/** The first byte of a zlib stream (RFC 1950) names its method; deflate without that frame is as common. */
const ZLIB_METHOD_MASK = 0x0f;
const ZLIB_DEFLATE = 0x08;

/** Codings whose decoders keep megabytes of what has come out. */
const wide: ReadonlySet<string> = new Set(["br", "zstd"]);
/** How many of their decoders there are at a time, in this process: beyond that content is not looked into. */
const MOST_WIDE = 4;
/** What a decoder of Zstandard keeps may be 8 MiB (RFC 9659): its logarithm. */
const ZSTD_WINDOW_LOG = 23;

let wideDecoders = 0;

/** Unpacks content to count it: whoever gets it unpacks it by himself. Nothing of it is kept. */
export class DecodedCount {
  readonly #codings: readonly string[];
  #first: Transform | undefined;
  #all: readonly Transform[] = [];
  #bytes = 0;
  #isOver = false;
  #wide = 0;
  #isTooWide = false;

  constructor(contentEncoding: string) {
    this.#codings = contentEncoding
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

  /** Takes the next piece, and stops where more than `most` bytes have come out of all of them. */
  async take(piece: Uint8Array, most: number): Promise<void> {
    if (this.#codings.length === 0) this.#bytes += piece.byteLength;
    if (this.#codings.length === 0 || this.#isOver) return;
    this.#first ??= this.#open(piece, most);
    const first = this.#first;
    if (first === undefined) return;
    await written(first, piece);
    // What is on its way through the next ones.
    for (const decoder of this.#all) await this.#settled(decoder);
  }

  close(): void {
    this.#isOver = true;
    wideDecoders -= this.#wide;
    this.#wide = 0;
    for (const decoder of this.#all) decoder.destroy();
  }

  #open(piece: Uint8Array, most: number): Transform | undefined {
    const wideOnes = this.#codings.filter((coding) => wide.has(coding)).length;
    if (wideOnes > 0 && wideDecoders + wideOnes > MOST_WIDE) {
      this.#isOver = true;
      return undefined;
    }
    // Codings are named in the order in which they were applied.
    const decoders = this.#codings.toReversed().map((coding) => decoderOf(coding, piece));
    const known = decoders.filter((decoder) => decoder !== undefined);
    if (known.length < decoders.length || known.length === 0) {
      this.#isOver = true;
      return undefined;
    }
    this.#all = known;
    this.#wide = wideOnes;
    wideDecoders += wideOnes;
    for (const [index, decoder] of known.entries()) {
      decoder.on("error", (error: NodeJS.ErrnoException) => {
        this.#isTooWide ||= error.code === "ZSTD_error_frameParameter_windowTooLarge";
        this.close();
      });
      const next = known[index + 1];
      if (next !== undefined) decoder.pipe(next);
    }
    known.at(-1)?.on("data", (bytes: Uint8Array) => {
      this.#bytes += bytes.byteLength;
      if (this.#bytes > most) this.close();
    });
    return known[0];
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

function decoderOf(coding: string, piece: Uint8Array): Transform | undefined {
  switch (coding) {
    case "gzip":
    case "x-gzip":
      return createGunzip();
    case "deflate":
      return ((piece[0] ?? 0) & ZLIB_METHOD_MASK) === ZLIB_DEFLATE ? createInflate() : createInflateRaw();
    case "br":
      return createBrotliDecompress();
    case "zstd":
      return createZstdDecompress({ params: { [constants.ZSTD_d_windowLogMax]: ZSTD_WINDOW_LOG } });
    default:
      return undefined;
  }
}
