const ROOM_BYTES = 32 * 1024;

/** Frames that can be written a moment later, and then together: once what this thread is about is done. */
export class GatheredFrames {
  readonly #write: (bytes: Uint8Array) => void;
  #room: Uint8Array | undefined;
  #filled = 0;

  /** @param write takes bytes that are valid until it returns */
  constructor(write: (bytes: Uint8Array) => void) {
    this.#write = write;
  }

  /** Takes a copy of a frame. */
  add(frame: Uint8Array): void {
    if (this.#filled + frame.byteLength > ROOM_BYTES) this.flush();
    if (frame.byteLength > ROOM_BYTES) {
      this.#write(frame);
      return;
    }
    this.#room ??= new Uint8Array(ROOM_BYTES);
    this.#room.set(frame, this.#filled);
    if (this.#filled === 0) queueMicrotask(() => this.flush());
    this.#filled += frame.byteLength;
  }

  /** Writes those that wait: before anything else is written. */
  flush(): void {
    if (this.#room === undefined || this.#filled === 0) return;
    const frames = this.#room.subarray(0, this.#filled);
    this.#filled = 0;
    this.#write(frames);
  }
}
