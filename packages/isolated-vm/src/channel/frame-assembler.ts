import { GrowingBytes } from "@vivarium/kernel";
import { CollectedBytes } from "./collected-bytes.ts";
import { FRAME_HEADER_BYTES, WireError } from "./protocol.ts";

/** For a longer body memory is taken as it comes. */
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
  /** The part of a body that has come, when it does not come whole: whoever sends it chooses into how many pieces. */
  #body: CollectedBytes | GrowingBytes | undefined;

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
    if (this.#body !== undefined) return this.#body.room > 0 ? undefined : this.#end(this.#body);
    if (this.#held < FRAME_HEADER_BYTES) return undefined;
    const expected = this.#consume(FRAME_HEADER_BYTES).readUInt32LE(0);
    if (expected > this.limit) throw new WireError("A frame is longer than the limit");
    if (expected === 0) throw new WireError("A frame is empty");
    if (this.#held >= expected) return this.#consume(expected);
    this.#begin(expected);
    return undefined;
  }

  #begin(expected: number): void {
    const chunks = this.#chunks;
    this.#chunks = [];
    this.#held = 0;
    this.#body = expected > LONG_BODY_BYTES ? new GrowingBytes(expected) : new CollectedBytes(expected);
    for (const chunk of chunks) this.push(chunk);
  }

  #end(body: CollectedBytes | GrowingBytes): Buffer {
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
