import { setImmediate as nextTurn } from "node:timers/promises";

/** How long the host's thread is kept at a time, in milliseconds. */
const SLICE_MS = 8;
/** Texts that are taken before somebody looks at a clock. */
const LOOK_EVERY = 256;
/** Characters of a piece that is encoded. */
const PIECE = 2 ** 16;

/**
 * Writes what a stranger has made in UTF-8. Between the slices of that the host goes on.
 *
 * @param texts one after the other, each of some thousand characters at most
 * @param mostBytes of all together
 * @throws RangeError (by rejection) for more
 */
export async function encodeInSlices(texts: Iterable<string>, mostBytes: number): Promise<readonly Uint8Array[]> {
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  let waiting = "";
  const encode = (): void => {
    const piece = Buffer.from(waiting);
    waiting = "";
    bytes += piece.byteLength;
    if (bytes > mostBytes) throw new RangeError("It is too long to be written out");
    pieces.push(piece);
  };
  let taken = 0;
  let since = performance.now();
  for (const text of texts) {
    waiting += text;
    const isFull = waiting.length >= PIECE;
    if (isFull) encode();
    taken += 1;
    if ((!isFull && taken % LOOK_EVERY !== 0) || performance.now() - since < SLICE_MS) continue;
    await nextTurn();
    since = performance.now();
  }
  if (waiting !== "") encode();
  return pieces;
}

/** A text in parts, none of which ends within a character that takes two units. */
export function* partsOfText(text: string, units: number = PIECE): Generator<string> {
  for (let from = 0; from < text.length; ) {
    const end = from + units;
    const to = end < text.length && isHigh(text.charCodeAt(end - 1)) ? end - 1 : end;
    yield text.slice(from, to);
    from = to;
  }
}

function isHigh(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff;
}
