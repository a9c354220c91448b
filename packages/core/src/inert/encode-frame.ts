import { charCodeAt, quoteString, sliceString } from "./intrinsics.ts";

export const FRAME_OBJECT = 0;
export const FRAME_ARRAY = 1;
export const FRAME_MAP = 2;
export const FRAME_SET = 3;
export const FRAME_ERROR = 4;

/** A container whose children are being encoded. */
export interface EncodeFrame {
  readonly kind: number;
  readonly value: object;
  /** Names of the properties of an object or an error. */
  readonly keys: readonly string[];
  /** Children of an array, an object or an error. */
  readonly length: number;
  /** Gives the children of a Map or a Set. */
  readonly iterator: object | undefined;
  /** The child that comes next. */
  index: number;
  /** Whether the numbers of an array count as values. */
  countsNumbers: boolean;
  /** Where the current child is: a property's name, an element's number, a Map's key. */
  place: unknown;
  /** The value of a Map's entry whose key is being encoded. */
  pending: { readonly value: unknown } | undefined;
  readonly parent: EncodeFrame | undefined;
  readonly depth: number;
}

const LONGEST_NAME = 60;
const LONGEST_PATH = 200;

/** Names the child that a frame is at: `exports.a[3].b`. A long path keeps its beginning and its end. */
export function pathOf(root: string, frame: EncodeFrame | undefined): string {
  let path = "";
  let current = frame;
  while (current !== undefined && path.length < LONGEST_PATH) {
    path = stepOf(current) + path;
    current = current.parent;
  }
  if (current === undefined) return root + path;
  return `${root}…${sliceString(path, path.length - LONGEST_PATH, path.length)}`;
}

function stepOf(frame: EncodeFrame): string {
  const { place } = frame;
  if (frame.kind === FRAME_ARRAY) return `[${place as number}]`;
  if (frame.kind === FRAME_SET) return ` (element ${frame.index})`;
  if (frame.kind === FRAME_MAP) {
    if (frame.pending !== undefined) return ` (key ${frame.index})`;
    return typeof place === "string" ? `.get(${quoteName(place)})` : ` (value ${frame.index})`;
  }
  const name = place as string;
  return isIdentifier(name) ? `.${name}` : `[${quoteName(name)}]`;
}

function quoteName(name: string): string {
  return name.length <= LONGEST_NAME ? quoteString(name) : `${quoteString(sliceString(name, 0, LONGEST_NAME))}…`;
}

function isIdentifier(name: string): boolean {
  const { length } = name;
  if (length === 0 || length > LONGEST_NAME) return false;
  for (let index = 0; index < length; index += 1) {
    const code = charCodeAt(name, index);
    const isLetter = (code >= 97 && code <= 122) || (code >= 65 && code <= 90) || code === 95 || code === 36;
    if (!isLetter && (index === 0 || code < 48 || code > 57)) return false;
  }
  return true;
}
