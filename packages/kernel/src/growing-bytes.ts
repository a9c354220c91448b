/** Bytes by which the memory grows at a time. */
const STEP_BYTES = 1024 * 1024;

/**
 * Bytes that arrive in pieces. Address space for the most that may come is set aside at once, memory is taken as they
 * come: nothing is copied to grow, and nothing that was only announced takes room.
 */
export class GrowingBytes {
  readonly #buffer: ArrayBuffer;
  #length = 0;

  /** @param mostBytes how many bytes there will be at most */
  constructor(mostBytes: number) {
    this.#buffer = new ArrayBuffer(0, { maxByteLength: mostBytes });
  }

  /** Bytes that may still come. */
  get room(): number {
    return this.#buffer.maxByteLength - this.#length;
  }

  /** Takes as much of `bytes` as there is room for; answers how much that is. */
  append(bytes: Uint8Array): number {
    const taken = Math.min(bytes.byteLength, this.room);
    const end = this.#length + taken;
    if (end > this.#buffer.byteLength) {
      this.#buffer.resize(Math.min(end + STEP_BYTES, this.#buffer.maxByteLength));
    }
    new Uint8Array(this.#buffer, this.#length, taken).set(
      taken === bytes.byteLength ? bytes : bytes.subarray(0, taken),
    );
    this.#length = end;
    return taken;
  }

  /** What has come so far; not a copy. */
  view(): Uint8Array {
    return new Uint8Array(this.#buffer, 0, this.#length);
  }
}
