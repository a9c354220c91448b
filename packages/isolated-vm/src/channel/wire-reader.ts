import { isUtf8 } from "node:buffer";
import { WireError } from "./protocol.ts";

/** Reads the body of one frame. Whatever is not there, or is there too much, is a {@link WireError}. */
export class WireReader {
  readonly #body: Buffer;
  #offset = 0;

  constructor(body: Buffer) {
    this.#body = body;
  }

  u8(): number {
    return this.#body.readUInt8(this.#take(1));
  }

  u32(): number {
    return this.#body.readUInt32LE(this.#take(4));
  }

  f64(): number {
    return this.#body.readDoubleLE(this.#take(8));
  }

  boolean(): boolean {
    const value = this.u8();
    if (value > 1) throw new WireError("A boolean is neither 0 nor 1");
    return value === 1;
  }

  /** @throws {WireError} when the bytes are no UTF-8, or more than `limit`. */
  string(limit: number = Number.POSITIVE_INFINITY): string {
    const length = this.u32();
    if (length > limit) throw new WireError("A string is too long");
    const start = this.#take(length);
    if (!isUtf8(this.#body.subarray(start, start + length))) throw new WireError("A string is no UTF-8");
    return this.#body.toString("utf8", start, start + length);
  }

  optionalString(limit?: number): string | undefined {
    return this.boolean() ? this.string(limit) : undefined;
  }

  /** A view of the frame: copy it to keep it. */
  bytes(): Uint8Array {
    const length = this.u32();
    const start = this.#take(length);
    return new Uint8Array(this.#body.buffer, this.#body.byteOffset + start, length);
  }

  /** How many bytes have not been read. */
  get left(): number {
    return this.#body.length - this.#offset;
  }

  /** @throws {WireError} when the body goes on. */
  end(): void {
    if (this.left > 0) throw new WireError("A frame is longer than its message");
  }

  #take(bytes: number): number {
    const start = this.#offset;
    if (bytes > this.#body.length - start) throw new WireError("A frame is shorter than its message");
    this.#offset = start + bytes;
    return start;
  }
}
