import { withoutStackTraces } from "./decode-error.ts";
import { InertDecoder } from "./inert-decoder.ts";
import { DEFAULT_MAX_DEPTH, DEFAULT_MAX_NODES } from "./inert-format.ts";
import { SharedTurns } from "./shared-turns.ts";
import type { TextDecoding } from "./text-decoder.ts";

/** Limits of what is decoded; beyond one of them the bytes are refused with `ERR_MALFORMED_VALUE`. */
export interface DecodeOptions {
  /** Nesting that is decoded. @default 1000 */
  readonly maxDepth?: number;
  /** Values that are decoded, with the elements that arrays lack; numbers in arrays do not count. @default 4000000 */
  readonly maxNodes?: number;
  /** As `EncodeOptions.limitBytes`: the encoding, and what the values need beside it. @default Infinity */
  readonly limitBytes?: number;
  /** Told once all is decoded: how many of `limitBytes`, which then are not Infinity, that has taken. @default nobody is told */
  readonly onTaken?: (bytes: number) => void;
  /** How strings are decoded. @default by `TextDecoder` */
  readonly text?: TextDecoding;
  /**
   * What stays on the encoding side, by the number that it has given to it (`EncodeOptions.live`); `undefined` for a number
   * that it cannot have given. @default nothing is live
   */
  readonly live?: (number: number) => unknown;
}

/** What {@link decodeInertInSlices} is told beside that. */
export interface SlicedDecodeOptions extends DecodeOptions {
  /**
   * How long it may occupy the thread altogether, in milliseconds: bytes can be made for which that is an hour.
   * @default 30000
   */
  readonly limitMs?: number;
}

/** Bytes between two looks at the clock: a few milliseconds of the slowest values. */
const SLICE_BYTES = 32_768;
/** Of all that is decoded so on this thread: values that come together are no reason to hold it up together. */
const turns: SharedTurns = new SharedTurns();
const DEFAULT_LIMIT_MS = 30_000;

/**
 * Decodes what `encodeInert` made, or what somebody hostile made instead: every byte is checked, memory stays in
 * proportion to the input, nothing recurses. What comes out are fresh objects of this realm that hold only data.
 *
 * @throws VivariumError `ERR_MALFORMED_VALUE` for anything but a complete encoding, and beyond the limits
 */
export function decodeInert(bytes: Uint8Array, options: DecodeOptions = {}): unknown {
  const decoder = createDecoder(bytes, options);
  return withoutStackTraces(() => {
    while (!decoder.advance(Number.POSITIVE_INFINITY));
    options.onTaken?.(decoder.taken);
    return decoder.decoded;
  });
}

/**
 * {@link decodeInert} for a thread that must not stand still: gives way to other work every few milliseconds, which all
 * that is being decoded so has together.
 *
 * @returns the value, in a box
 * @throws VivariumError `ERR_MALFORMED_VALUE` by rejection
 */
export async function decodeInertInSlices(
  bytes: Uint8Array,
  { limitMs = DEFAULT_LIMIT_MS, ...options }: SlicedDecodeOptions = {},
): Promise<{ readonly value: unknown }> {
  const decoder = createDecoder(bytes, options);
  let spentMs = 0;
  for (;;) {
    const began = performance.now();
    const leftMs = turns.leftMs();
    const isDone = leftMs > 0 && withoutStackTraces(() => decodeSlice(decoder, began + leftMs));
    const sliceMs = performance.now() - began;
    turns.use(sliceMs);
    if (isDone) {
      options.onTaken?.(decoder.taken);
      return { value: decoder.decoded };
    }
    spentMs += sliceMs;
    if (spentMs > limitMs) decoder.reader.fail(`it takes more than ${limitMs} ms, which are over`);
    await turns.next();
  }
}

function decodeSlice(decoder: InertDecoder, end: number): boolean {
  while (performance.now() < end) if (decoder.advance(SLICE_BYTES)) return true;
  return false;
}

function createDecoder(bytes: Uint8Array, options: DecodeOptions): InertDecoder {
  const { maxDepth = DEFAULT_MAX_DEPTH, maxNodes = DEFAULT_MAX_NODES, text, live } = options;
  const { limitBytes = Number.POSITIVE_INFINITY } = options;
  return new InertDecoder(bytes, { maxDepth, maxNodes, limitBytes, text, live });
}
