import { GrowingBytes } from "@vivarium/kernel";
import { FRAME_HEADER_BYTES, WireError } from "./protocol.ts";

/** A longer body is not collected in chunks, which would have to be put together in a second copy. */
const LONG_BODY_BYTES = 1024 * 1024;

/**
 * Cuts a stream of bytes into the bodies of its frames.
 *
 * It holds what has arrived and nothing more: a header that announces much costs nothing until the bytes come.
 */
export class FrameAssembler {
  /** Longest body that is accepted, in bytes. It may change between frames. */
  limit: number;
  #chunks: Buffer[] = [];
  #held = 0;
  /** Length of the body that is being assembled; undefined while its header is incomplete. */
  #expected: number | undefined;
  /** The part of a long body that has come. */
  #body: GrowingBytes | undefined;

  constructor(limit: number) {
    this.limit = limit;
  }

  /** Whether the stream ended between two frames. */
  get isEmpty(): boolean {
    return this.#held === 0 && this.#body === undefined;
  }

  /**
   * Takes a chunk. Call {@link next} until it answers undefined.
   * @throws {WireError} when the frame that it begins is too long.
   */
  push(chunk: Buffer): void {
    const rest = this.#body === undefined ? chunk : chunk.subarray(this.#body.append(chunk));
    if (rest.length === 0) return;
    this.#chunks.push(rest);
    this.#held += rest.length;
  }

  /**
   * The body of the next frame that has arrived whole; it belongs to the caller.
   * @throws {WireError} when a header announces more than {@link limit}.
   */
  next(): Buffer | undefined {
    if (this.#expected === undefined) {
      if (this.#held < FRAME_HEADER_BYTES) return undefined;
      const expected = this.#consume(FRAME_HEADER_BYTES).readUInt32LE(0);
      if (expected > this.limit) throw new WireError("A frame is longer than the limit");
      if (expected === 0) throw new WireError("A frame is empty");
      this.#expected = expected;
      if (expected > LONG_BODY_BYTES) this.#beginLong(expected);
    }
    if (this.#body !== undefined) return this.#body.room > 0 ? undefined : this.#endLong(this.#body);
    if (this.#held < this.#expected) return undefined;
    const body = this.#consume(this.#expected);
    this.#expected = undefined;
    return body;
  }

  #beginLong(expected: number): void {
    const chunks = this.#chunks;
    this.#chunks = [];
    this.#held = 0;
    this.#body = new GrowingBytes(expected);
    for (const chunk of chunks) this.push(chunk);
  }

  #endLong(body: GrowingBytes): Buffer {
    this.#expected = undefined;
    this.#body = undefined;
    const { buffer, byteOffset, byteLength } = body.view();
    return Buffer.from(buffer, byteOffset, byteLength);
  }

  #consume(bytes: number): Buffer {
    const first = this.#chunks[0];
    if (first !== undefined && first.length >= bytes) {
      this.#held -= bytes;
      if (first.length === bytes) this.#chunks.shift();
      else this.#chunks[0] = first.subarray(bytes);
      return first.subarray(0, bytes);
    }
    const whole = Buffer.concat(this.#chunks, this.#held);
    this.#held -= bytes;
    this.#chunks = this.#held === 0 ? [] : [whole.subarray(bytes)];
    return whole.subarray(0, bytes);
  }
}
