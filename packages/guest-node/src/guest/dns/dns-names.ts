import { ArrayPrototypePush, StringPrototypeSplit } from "../past-prototypes.ts";
import {
  ArrayPrototypeJoin,
  StringFromCharCode,
  StringPrototypeCharCodeAt,
  StringPrototypeEndsWith,
  StringPrototypeIndexOf,
  StringPrototypeSlice,
} from "../primordial.ts";

const MOST_LABEL_BYTES = 63;
const MOST_NAME_BYTES = 255;
/** More than a name of that length can have. */
const MOST_JUMPS = 128;
const POINTER = 0xc0;
const FIRST_PRINTABLE = 0x21;
const LAST_PRINTABLE = 0x7e;
/** What in a label is written with a backslash, as zone files have it. */
const RESERVED = '".;\\()@$';

/** A name, and where what follows it begins. */
export interface ReadName {
  readonly name: string;
  readonly next: number;
}

/** The bytes of a name as questions carry it; `undefined` of what is no name. */
export function encodeName(given: string): number[] | undefined {
  const name = StringPrototypeEndsWith(given, ".") ? StringPrototypeSlice(given, 0, -1) : given;
  const bytes: number[] = [];
  const labels = name === "" ? [] : StringPrototypeSplit(name, ".");
  for (let index = 0; index < labels.length; index++) {
    const label = labels[index] as string;
    if (label.length === 0 || label.length > MOST_LABEL_BYTES) return undefined;
    ArrayPrototypePush(bytes, label.length);
    for (let at = 0; at < label.length; at++) {
      const code = StringPrototypeCharCodeAt(label, at);
      if (code < FIRST_PRINTABLE || code > LAST_PRINTABLE) return undefined;
      ArrayPrototypePush(bytes, code);
    }
  }
  ArrayPrototypePush(bytes, 0);
  return bytes.length > MOST_NAME_BYTES ? undefined : bytes;
}

/** Reads a name, which may go on elsewhere in the message; `undefined` where none is. */
export function readName(message: Uint8Array, start: number): ReadName | undefined {
  const labels: string[] = [];
  let at = start;
  let next = -1;
  let bytes = 0;
  for (let jumps = 0; jumps < MOST_JUMPS; ) {
    const length = message[at];
    if (length === undefined) return undefined;
    if (length === 0) return { name: ArrayPrototypeJoin(labels, "."), next: next < 0 ? at + 1 : next };
    if (length >= POINTER) {
      const low = message[at + 1];
      if (low === undefined) return undefined;
      if (next < 0) next = at + 2;
      at = ((length - POINTER) << 8) | low;
      jumps++;
      continue;
    }
    const label = length > MOST_LABEL_BYTES ? undefined : readLabel(message, at + 1, length);
    bytes += length + 1;
    if (label === undefined || bytes >= MOST_NAME_BYTES) return undefined;
    ArrayPrototypePush(labels, label);
    at += length + 1;
  }
  return undefined;
}

function readLabel(message: Uint8Array, start: number, length: number): string | undefined {
  let label = "";
  for (let at = start; at < start + length; at++) {
    const code = message[at];
    if (code === undefined) return undefined;
    const character = StringFromCharCode(code);
    if (code < FIRST_PRINTABLE || code > LAST_PRINTABLE) {
      label += `\\${code < 10 ? "00" : code < 100 ? "0" : ""}${code}`;
    } else label += StringPrototypeIndexOf(RESERVED, character) < 0 ? character : `\\${character}`;
  }
  return label;
}
