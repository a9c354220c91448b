import { WireError } from "./protocol.ts";

/**
 * What a host and a worker cell share beside their two ports, which carry the frames of `protocol.ts` as process cells
 * write them, one or several whole ones in each message: words of 32 bits. Counts only ever grow, over the largest number back to the smallest.
 */
export const THREAD_WORDS = {
  /** The synchronous calls that the host has answered: the cell sleeps on it. */
  answers: 0,
  /** The weight of the cell's frames that the host has taken: the cell sleeps on it when too much is under way. */
  takenByHost: 1,
  /** The bytes of the host's frames that the cell has taken, calls' answers among them. */
  takenByCell: 2,
  /** See `CurrentThread`; 0 until the cell has started. */
  mark: 3,
  systemThread: 4,
  /** Not 0 from when the host ends the cell: whatever its thread says from then on comes of that. */
  ending: 5,
} as const;

export type ThreadWords = Int32Array<SharedArrayBuffer>;

/** Weight of frames that a cell may have under way; it goes on when the host has taken some. One frame may be heavier. */
export const MOST_UNDER_WAY: number = 256 * 1024;
/** What a message weighs at least: the host takes a thousand small ones in one turn. */
const LEAST_WEIGHT = 256;

export function createThreadWords(): ThreadWords {
  return new Int32Array(new SharedArrayBuffer(Object.keys(THREAD_WORDS).length * Int32Array.BYTES_PER_ELEMENT));
}

export function weightOf(frame: Uint8Array): number {
  return Math.max(frame.length, LEAST_WEIGHT);
}

/** How far one count is ahead of another. */
export function ahead(count: number, other: number): number {
  return (count - other) | 0;
}

/** A message with a copy of a frame, which may go over to the other thread as a whole. */
export function messageOf(frame: Uint8Array): Uint8Array<ArrayBuffer> {
  return new Uint8Array(frame);
}

/**
 * The bytes of a message; nobody else can change them any more.
 * @throws {WireError} for anything else
 */
export function bytesOf(message: unknown): Buffer {
  if (!(message instanceof Uint8Array) || !(message.buffer instanceof ArrayBuffer)) {
    throw new WireError("A message is no frame");
  }
  return Buffer.from(message.buffer, message.byteOffset, message.byteLength);
}
