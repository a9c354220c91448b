import { readSync, writeSync } from "node:fs";
import { FRAME_HEADER_BYTES, WireError } from "../channel/protocol.ts";
import { AllOrLeave } from "./all-or-leave.ts";
import type { FrameDescriptor } from "./channel-host-port.ts";
import { GatheredFrames } from "./gathered-frames.ts";

const INITIAL_BYTES = 65_536;
/** A buffer that one large answer has grown is not kept for the small ones that follow. */
const KEPT_BYTES = 1024 * 1024;
/** How long to sleep, in milliseconds, when the descriptor turns out not to block. */
const RETRY_MS = 1;

/** A descriptor that one thread reads and writes synchronously, whole frames at a time. */
export class BlockingDescriptor implements FrameDescriptor {
  readonly #descriptor: number;
  readonly #limit: number;
  readonly #leave: () => never;
  readonly #wait: () => void;
  readonly #hasInput: () => boolean;
  readonly #whole: AllOrLeave;
  readonly #sleeper: Int32Array = new Int32Array(new SharedArrayBuffer(4));
  readonly #gathered: GatheredFrames = new GatheredFrames((bytes) => this.#whole.do(() => this.#write(bytes)));
  #buffer: Buffer = Buffer.allocUnsafeSlow(INITIAL_BYTES);
  #start = 0;
  #end = 0;

  /**
   * @param limit the longest frame, in bytes, that is taken
   * @param leave ends the cell, when the other side is gone or a frame has been left halfway: nothing that was asked for
   * can be answered any more
   * @param wait called before an answer is read, which blocks
   * @param hasInput whether the descriptor has something to read
   */
  constructor(
    descriptor: number,
    limit: number,
    leave: () => never,
    wait: () => void = () => undefined,
    hasInput: () => boolean = () => false,
  ) {
    this.#descriptor = descriptor;
    this.#limit = limit;
    this.#leave = leave;
    this.#whole = new AllOrLeave(leave);
    this.#wait = wait;
    this.#hasInput = hasInput;
  }

  write(bytes: Uint8Array): void {
    this.#gathered.flush();
    this.#whole.do(() => this.#write(bytes));
  }

  writeSoon(frame: Uint8Array): void {
    this.#gathered.add(frame);
  }

  exchange(bytes: Uint8Array): Buffer {
    this.#gathered.flush();
    return this.#whole.do(() => {
      this.#write(bytes);
      this.#wait();
      return this.#readFrame();
    });
  }

  poll(): Buffer | undefined {
    return this.#end > this.#start || this.#hasInput() ? this.next() : undefined;
  }

  next(): Buffer {
    return this.#whole.do(() => this.#readFrame());
  }

  #write(bytes: Uint8Array): void {
    let written = 0;
    while (written < bytes.length) {
      written += this.#attempt(() => writeSync(this.#descriptor, bytes, written, bytes.length - written));
    }
  }

  #readFrame(): Buffer {
    this.#fill(FRAME_HEADER_BYTES);
    const length = this.#buffer.readUInt32LE(this.#start);
    if (length === 0 || length > this.#limit) throw new WireError("A frame has no admissible length");
    this.#start += FRAME_HEADER_BYTES;
    this.#fill(length);
    const body = this.#buffer.subarray(this.#start, this.#start + length);
    this.#start += length;
    return body;
  }

  #fill(needed: number): void {
    if (this.#end - this.#start >= needed) return;
    this.#makeRoom(needed);
    while (this.#end - this.#start < needed) {
      const room = this.#buffer.length - this.#end;
      const count = this.#attempt(() => readSync(this.#descriptor, this.#buffer, this.#end, room, null));
      if (count === 0) this.#leave();
      this.#end += count;
    }
  }

  #makeRoom(needed: number): void {
    const held = this.#end - this.#start;
    const spacious = this.#buffer.length > KEPT_BYTES && needed <= INITIAL_BYTES && held <= INITIAL_BYTES;
    if (needed > this.#buffer.length || spacious) {
      const fresh = Buffer.allocUnsafeSlow(Math.max(needed, INITIAL_BYTES));
      this.#buffer.copy(fresh, 0, this.#start, this.#end);
      this.#buffer = fresh;
    } else if (this.#start > 0) {
      this.#buffer.copyWithin(0, this.#start, this.#end);
    }
    this.#start = 0;
    this.#end = held;
  }

  #attempt(action: () => number): number {
    for (;;) {
      try {
        return action();
      } catch (error) {
        const { code } = error as NodeJS.ErrnoException;
        if (code === "EINTR") continue;
        if (code === "EPIPE" || code === "ECONNRESET") this.#leave();
        if (code !== "EAGAIN") throw error;
        Atomics.wait(this.#sleeper, 0, 0, RETRY_MS);
      }
    }
  }
}
