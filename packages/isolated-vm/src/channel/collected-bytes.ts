/** Bytes of a known number that arrive in pieces: each is copied as it comes, so that small ones cost no more than long. */
export class CollectedBytes {
  readonly #buffer: Buffer;
  #length = 0;

  /** @param bytes how many there will be; memory that nothing has been written to takes no room */
  constructor(bytes: number) {
    this.#buffer = Buffer.allocUnsafeSlow(bytes);
  }

  /** Bytes that are still to come. */
  get room(): number {
    return this.#buffer.length - this.#length;
  }

  /** Takes as much of `bytes` as there is room for; answers how much that is. */
  append(bytes: Buffer): number {
    const taken = bytes.copy(this.#buffer, this.#length);
    this.#length += taken;
    return taken;
  }

  /** What has come so far; not a copy. */
  view(): Uint8Array {
    return this.#buffer.subarray(0, this.#length);
  }
}
