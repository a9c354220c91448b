import type { ByteStream } from "@vivarium/core";
import { joined } from "../file-system/joined-chunks.ts";
import { CallFailure } from "../system-calls/call-failure.ts";

/** So much may wait for the guest before a child is asked to wait: about what a system keeps of a pipe. */
const HELD_BYTES = 65_536;
/** So much is kept for a guest of a child that does not wait; what comes then is refused. */
const MOST_BYTES = 64 * 1024 * 1024;

/** Pieces of less than this many bytes are kept together once there are so many: each is an object. */
const SMALL_BYTES = 1024;
const MOST_SMALL = 1024;

/** The end of a pipe that a guest reads; a child writes the other. */
export class OutputPipe implements ByteStream {
  #pieces: Uint8Array[] = [];
  #bytes = 0;
  /** Small pieces at the end of those that wait. */
  #small = 0;
  #reader: PromiseWithResolvers<Uint8Array | undefined> | undefined;
  /** Of a child that waits. */
  #room: PromiseWithResolvers<void> | undefined;
  readonly #mostBytes: number;
  readonly #heldBytes: number;
  #isOver = false;
  #isClosed = false;

  /** `heldBytes`: from so many on that wait, who writes is asked to wait. */
  constructor(mostBytes: number = MOST_BYTES, heldBytes: number = HELD_BYTES) {
    this.#mostBytes = mostBytes;
    this.#heldBytes = heldBytes;
  }

  /**
   * Takes what a child has written, and copies it. A promise asks to wait until the guest has read.
   * @throws {CallFailure} `EPIPE` when nobody reads any more; `ENOBUFS` when too much has not been read
   */
  push(chunk: Uint8Array): Promise<void> | undefined {
    if (this.#isClosed || this.#isOver) throw new CallFailure("EPIPE");
    if (this.#bytes + chunk.byteLength > this.#mostBytes) throw new CallFailure("ENOBUFS");
    if (chunk.byteLength === 0) return undefined;
    const piece = new Uint8Array(chunk);
    if (this.#reader !== undefined) {
      this.#reader.resolve(piece);
      this.#reader = undefined;
      return undefined;
    }
    this.#keep(piece);
    if (this.#bytes <= this.#heldBytes) return undefined;
    this.#room ??= Promise.withResolvers();
    return this.#room.promise;
  }

  #keep(piece: Uint8Array): void {
    this.#pieces.push(piece);
    this.#bytes += piece.byteLength;
    this.#small = piece.byteLength < SMALL_BYTES ? this.#small + 1 : 0;
    if (this.#small < MOST_SMALL) return;
    const small = this.#pieces.splice(-this.#small);
    this.#pieces.push(
      joined(
        small,
        small.reduce((total, { byteLength }) => total + byteLength, 0),
      ),
    );
    this.#small = 0;
  }

  /** Nothing more comes. */
  finish(): void {
    this.#isOver = true;
    this.#reader?.resolve(undefined);
    this.#reader = undefined;
  }

  read(): Promise<Uint8Array | undefined> | Uint8Array | undefined {
    const piece = this.#pieces.shift();
    if (piece !== undefined) {
      this.#bytes -= piece.byteLength;
      this.#small = Math.min(this.#small, this.#pieces.length);
      if (this.#bytes <= this.#heldBytes) this.#giveRoom();
      return piece;
    }
    if (this.#isOver) return undefined;
    this.#reader = Promise.withResolvers();
    return this.#reader.promise;
  }

  write(): never {
    throw new CallFailure("EPIPE");
  }

  end(): void {}

  destroy(): void {
    this.#isClosed = true;
    this.#pieces = [];
    this.#bytes = 0;
    this.#reader?.resolve(undefined);
    this.#reader = undefined;
    this.#giveRoom();
  }

  #giveRoom(): void {
    this.#room?.resolve();
    this.#room = undefined;
  }
}
