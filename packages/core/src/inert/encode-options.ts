import type { InertPredicates } from "./inert-predicates.ts";

/** The number of a value that is not copied, where it has one. */
export type LiveNumbering = (value: object) => number | undefined;

/** Writes the characters of a text into bytes, from a place on where there is room for them. */
export type WriteText = (text: string, into: Uint8Array, at: number) => void;

/** Both ways to write a text. */
export interface TextWriting {
  /** One byte for each character: the text has no others. */
  readonly latin1: WriteText;
  /** Two bytes for each, the lower first; lone surrogates too. */
  readonly utf16: WriteText;
}

/** How a value is encoded, and how far. */
export interface EncodeOptions {
  readonly predicates: InertPredicates;
  /** Bytes that the encoding may have, with those that the decoding side needs beside it (by estimate). */
  readonly limitBytes: number;
  /** How the value is called in messages. @default "exports" */
  readonly name?: string;
  /** Nesting that is encoded. @default 1000 */
  readonly maxDepth?: number;
  /** Values that are encoded, with the elements that arrays lack; numbers in arrays do not count. @default 4000000 */
  readonly maxNodes?: number;
  /**
   * Gives numbers to what is not copied: asked for every function, and for every object that is no plain one. What it
   * gives none is encoded, or refused, as ever. @default nothing is live
   */
  readonly live?: LiveNumbering | undefined;
  /** Whether the stacks of errors stay behind: whose they are, they tell of. @default false */
  readonly leavesStacks?: boolean;
  /** Whether the bytes are lent: the next encoding that lends writes over them. For short ones that are copied at once. @default false */
  readonly lends?: boolean;
  /** How long strings are written: a host has faster ways. @default character by character */
  readonly writeText?: TextWriting;
  /**
   * Takes the encoding as it grows, so that it never exists as a whole beside the value: about a mebibyte at a time, in
   * order, valid during the call. What it has been given is worthless unless the result is `encoded`; that has the rest.
   */
  readonly onPiece?: (piece: Uint8Array) => void;
}

/**
 * - `encoded`: the bytes, but for those that `onPiece` has taken, and how many of `limitBytes` it took.
 * - `refused`: the value holds something that cannot be data; the message names the path (`exports.a[3] is a function`).
 * - `too-large`: more than `limitBytes`, `maxNodes`, what an object or collection may hold, or the memory that there is.
 */
export type EncodeResult =
  | { readonly kind: "encoded"; readonly bytes: Uint8Array; readonly takenBytes: number }
  | { readonly kind: "refused"; readonly message: string }
  | { readonly kind: "too-large"; readonly message: string };
