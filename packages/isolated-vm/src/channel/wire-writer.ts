import { FRAME_HEADER_BYTES, MAX_FRAME_BYTES, WireError } from "./protocol.ts";

const INITIAL_BYTES = 4096;
/** A buffer that one large frame has grown is not kept for the small ones that follow. */
const KEPT_BYTES = 1024 * 1024;
/** UTF-8 needs at most three bytes for one UTF-16 code unit. */
const MAX_BYTES_PER_UNIT = 3;

/** Builds frames, one after the other, in a buffer that it uses again. */
export class WireWriter {
  #buffer: Buffer = Buffer.allocUnsafeSlow(INITIAL_BYTES);
  #length = 0;

  /** Begins a frame of the given kind. */
  begin(kind: number): this {
    if (this.#buffer.length > KEPT_BYTES) this.#buffer = Buffer.allocUnsafeSlow(INITIAL_BYTES);
    this.#length = FRAME_HEADER_BYTES;
    return this.u8(kind);
  }

  u8(value: number): this {
    this.#reserve(1);
    this.#length = this.#buffer.writeUInt8(value, this.#length);
    return this;
  }

  u32(value: number): this {
    this.#reserve(4);
    this.#length = this.#buffer.writeUInt32LE(value, this.#length);
    return this;
  }

  f64(value: number): this {
    this.#reserve(8);
    this.#length = this.#buffer.writeDoubleLE(value, this.#length);
    return this;
  }

  boolean(value: boolean): this {
    return this.u8(value ? 1 : 0);
  }

  /** UTF-8; a lone surrogate becomes U+FFFD, as in every string that Node hands to the system. */
  string(value: string): this {
    this.#reserve(4 + value.length * MAX_BYTES_PER_UNIT);
    const written = this.#buffer.write(value, this.#length + 4, "utf8");
    this.u32(written);
    this.#length += written;
    return this;
  }

  optionalString(value: string | undefined): this {
    this.boolean(value !== undefined);
    return value === undefined ? this : this.string(value);
  }

  bytes(value: Uint8Array): this {
    this.#reserve(4 + value.length);
    this.u32(value.length);
    this.#buffer.set(value, this.#length);
    this.#length += value.length;
    return this;
  }

  /** The finished frame. It is valid until the next {@link begin}. */
  frame(): Buffer {
    this.#buffer.writeUInt32LE(this.#length - FRAME_HEADER_BYTES, 0);
    return this.#buffer.subarray(0, this.#length);
  }

  #reserve(bytes: number): void {
    const needed = this.#length + bytes;
    if (needed <= this.#buffer.length) return;
    if (needed > MAX_FRAME_BYTES * MAX_BYTES_PER_UNIT) throw new WireError("The frame is too long");
    const grown = Buffer.allocUnsafeSlow(Math.max(needed, this.#buffer.length * 2));
    this.#buffer.copy(grown, 0, 0, this.#length);
    this.#buffer = grown;
  }
}
