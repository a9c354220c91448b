import { CallFailure } from "../system-calls/call-failure.ts";
import type { EngineName } from "./engines.ts";

/** What a stream is to begin with, checked: what its engine is initialised by, and the memory that it may take. */
export interface StreamBeginning {
  readonly mode: number;
  /** The arguments of the engine's `init`, around the place where it says what is left. */
  readonly args: (left: Uint32Array) => readonly unknown[];
  /** By estimate. */
  readonly bytes: number;
}

/** Modes of the binding, in the order of Node's constants. */
const FIRST_ZLIB_MODE = 1;
const LAST_ZLIB_MODE = 7;
const BROTLI_DECODE = 8;
const BROTLI_ENCODE = 9;

/** Parameters that brotli and zstd know by number. */
const MOST_PARAMETERS = 1_024;
const BASE_BYTES = 16 * 1024;
/** log2 of the largest window that an engine takes unless it is told otherwise. */
const LARGEST_USUAL_WINDOW = 22;
const BROTLI_WINDOW = 1;
/** Also the largest window that a decompression accepts. */
const ZSTD_LEVEL = 100;
const ZSTD_WINDOW = 101;
const ZSTD_HIGHEST = 22;
/** The binding's number for a parameter that is not given. */
const NOT_GIVEN = 0xffff_ffff;

/** @throws {CallFailure} `EINVAL` for what Node's library does not ask for */
export function streamBeginning(engine: EngineName, mode: number, given: readonly unknown[]): StreamBeginning {
  switch (engine) {
    case "Zlib":
      return zlibBeginning(mode, given);
    case "BrotliEncoder":
    case "BrotliDecoder":
      if (mode !== (engine === "BrotliEncoder" ? BROTLI_ENCODE : BROTLI_DECODE)) throw new CallFailure("EINVAL");
      return brotliBeginning(mode, given);
    case "ZstdCompress":
      return zstdBeginning(mode, given, compressionWindow);
    default:
      return zstdBeginning(mode, given, decompressionWindow);
  }
}

function zlibBeginning(mode: number, given: readonly unknown[]): StreamBeginning {
  const [windowBits, level, memLevel, strategy, dictionary, rejects] = given;
  if (mode < FIRST_ZLIB_MODE || mode > LAST_ZLIB_MODE) throw new CallFailure("EINVAL");
  if (windowBits !== 0) assertWhole(windowBits, 8, 15);
  assertWhole(level, -1, 9);
  assertWhole(memLevel, 1, 9);
  assertWhole(strategy, 0, 4);
  if (typeof rejects !== "boolean") throw new CallFailure("EINVAL");
  assertDictionary(dictionary);
  return {
    mode,
    args: (left) => [windowBits, level, memLevel, strategy, left, noCallback, dictionary, rejects],
    bytes: BASE_BYTES + 2 ** (Number(windowBits) + 2) + 2 ** (Number(memLevel) + 9) + sizeOf(dictionary),
  };
}

function brotliBeginning(mode: number, [parameters, dictionary]: readonly unknown[]): StreamBeginning {
  assertParameters(parameters);
  assertDictionary(dictionary);
  const window = parameters[BROTLI_WINDOW] ?? NOT_GIVEN;
  return {
    mode,
    args: (left) => [parameters, left, noCallback, dictionary],
    bytes: windowBytes(mode === BROTLI_ENCODE && window !== NOT_GIVEN ? window : 22) + sizeOf(dictionary),
  };
}

function zstdBeginning(
  mode: number,
  [parameters, pledged, dictionary]: readonly unknown[],
  bytesOf: (parameters: Uint32Array) => number,
): StreamBeginning {
  assertParameters(parameters);
  assertDictionary(dictionary);
  if (pledged !== undefined && typeof pledged !== "number") throw new CallFailure("EINVAL");
  return {
    mode,
    args: (left) => [parameters, pledged, left, noCallback, dictionary],
    bytes: bytesOf(parameters) + sizeOf(dictionary),
  };
}

function compressionWindow(parameters: Uint32Array): number {
  const window = parameters[ZSTD_WINDOW] ?? NOT_GIVEN;
  const level = parameters[ZSTD_LEVEL] ?? NOT_GIVEN;
  // Each level of zstd has a window of its own: from half a mebibyte to 128. There is none above the highest.
  const usual = level === NOT_GIVEN || level > 0x7fff_ffff ? 21 : 19 + Math.floor(Math.min(level, ZSTD_HIGHEST) / 3);
  return windowBytes(window === NOT_GIVEN || window === 0 ? usual : window);
}

/** There are no tables. The bound takes the same number as a level of compression. */
function decompressionWindow(parameters: Uint32Array): number {
  const window = parameters[ZSTD_LEVEL] ?? NOT_GIVEN;
  return BASE_BYTES + 2 ** (window === NOT_GIVEN || window === 0 ? 21 : Math.min(window, 31));
}

/** Nothing is ever written but at once, so that nothing has to be told later. */
function noCallback(): void {}

/** Large windows come with tables that are several times as large. */
function windowBytes(bits: number): number {
  const factor = bits > LARGEST_USUAL_WINDOW ? 5 : 1;
  return BASE_BYTES + factor * 2 ** Math.min(bits, 31);
}

function assertWhole(value: unknown, least: number, most: number): void {
  if (!Number.isInteger(value) || Number(value) < least || Number(value) > most) throw new CallFailure("EINVAL");
}

function assertParameters(value: unknown): asserts value is Uint32Array {
  if (!(value instanceof Uint32Array) || value.length > MOST_PARAMETERS) throw new CallFailure("EINVAL");
}

function assertDictionary(value: unknown): asserts value is Uint8Array | undefined {
  if (value !== undefined && !(value instanceof Uint8Array)) throw new CallFailure("EINVAL");
}

function sizeOf(dictionary: Uint8Array | undefined): number {
  return dictionary?.byteLength ?? 0;
}
