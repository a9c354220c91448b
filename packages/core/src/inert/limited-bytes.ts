import {
  ArrayBufferConstructor,
  copyBytes,
  DataViewConstructor,
  smaller,
  Uint8ArrayConstructor,
} from "./intrinsics.ts";

/** Thrown, and caught, by the encoder alone: the bytes would be more than the limit. */
export const tooLarge: { readonly tooLarge: true } = { tooLarge: true };

/** Thrown likewise: the engine has no memory for the bytes. */
export const outOfMemory: { readonly outOfMemory: true } = { outOfMemory: true };

const FIRST_CAPACITY = 1_024;
const LENT_CAPACITY = 4_096;
/** Bytes that are collected for whoever takes the encoding in pieces. */
const PIECE_BYTES = 1_048_576;

interface Room {
  readonly buffer: ArrayBuffer;
  readonly bytes: Uint8Array;
  readonly view: DataView;
}

/** What is lent again and again; nobody has it while something is being written into it. */
let spare: Room | undefined;

/** Bytes that grow up to a limit, or are handed over in pieces up to it. Whoever writes reserves the room first. */
export class LimitedBytes {
  /** The bytes and what lies behind them, until the next {@link reserve}. */
  bytes: Uint8Array;
  view: DataView;
  /** Bytes that are held. */
  length = 0;
  /** Whether what is held still changes: nothing is handed over then. */
  isPinned = false;
  readonly #granted: number;
  /** Bytes that may still come, beside those in the buffer. */
  #limit: number;
  readonly #onPiece: ((piece: Uint8Array) => void) | undefined;
  #capacity: number;
  #buffer: ArrayBuffer;
  /** What is given back with what is finished in it. */
  #lent: Room | undefined;

  constructor(limitBytes: number, lends: boolean, onPiece: ((piece: Uint8Array) => void) | undefined) {
    this.#granted = limitBytes;
    this.#limit = limitBytes;
    this.#onPiece = onPiece;
    this.#capacity = smaller(limitBytes, lends ? LENT_CAPACITY : FIRST_CAPACITY);
    const room = lends ? takeSpare() : makeRoom(this.#capacity);
    if (lends) this.#lent = room;
    this.#buffer = room.buffer;
    this.bytes = room.bytes;
    this.view = room.view;
  }

  /** Bytes of the limit that are used up. */
  get taken(): number {
    return this.#granted - this.#limit + this.length;
  }

  /** Throws {@link tooLarge} unless `count` more bytes keep within the limit. */
  expect(count: number): void {
    if (count > this.#limit - this.length) throw tooLarge;
  }

  /** Takes `count` bytes, which are never written, from the limit. Throws {@link tooLarge}. */
  charge(count: number): void {
    this.expect(count);
    this.#limit -= count;
  }

  /** Makes room for `count` more bytes. Throws {@link tooLarge}, {@link outOfMemory}. */
  reserve(count: number): void {
    if (this.#onPiece !== undefined && !this.isPinned && this.length + count > PIECE_BYTES) this.#handOver();
    const needed = this.length + count;
    if (needed <= this.#capacity) return;
    // Room for a count is asked for in full, and most counts are short: the limit holds for what is written.
    if (needed > this.#limit + 5) throw tooLarge;
    let capacity = this.#capacity * 2;
    if (capacity < needed) capacity = needed;
    if (capacity > this.#limit + 5) capacity = this.#limit + 5;
    this.#grow(capacity);
  }

  /** So many bytes come run by run: a buffer that has to hold them all grows once. */
  expectRun(count: number): void {
    if (this.#onPiece === undefined) this.reserve(count);
  }

  /** What is held, once all is written. Throws {@link tooLarge}. */
  finish(): Uint8Array {
    const held = this.#held();
    spare ??= this.#lent;
    return held;
  }

  #held(): Uint8Array {
    if (this.length > this.#limit) throw tooLarge;
    return new Uint8ArrayConstructor(this.#buffer, 0, this.length);
  }

  #handOver(): void {
    this.#onPiece?.(this.#held());
    this.#limit -= this.length;
    this.length = 0;
  }

  #grow(capacity: number): void {
    const { buffer, bytes, view } = makeRoom(capacity);
    copyBytes(bytes, new Uint8ArrayConstructor(this.#buffer, 0, this.length), 0);
    this.#buffer = buffer;
    this.bytes = bytes;
    this.view = view;
    this.#capacity = capacity;
  }
}

function takeSpare(): Room {
  const room = spare ?? makeRoom(LENT_CAPACITY);
  spare = undefined;
  return room;
}

function makeRoom(capacity: number): Room {
  const buffer = allocate(capacity);
  return { buffer, bytes: new Uint8ArrayConstructor(buffer), view: new DataViewConstructor(buffer) };
}

function allocate(capacity: number): ArrayBuffer {
  try {
    return new ArrayBufferConstructor(capacity);
  } catch {
    throw outOfMemory;
  }
}
