import type { Transform } from "node:stream";
import { constants, createBrotliDecompress, createGunzip, createInflate, createZstdDecompress } from "node:zlib";

/** What can be unpacked, as servers are told. */
export const ACCEPTED_ENCODINGS = "gzip, deflate, br, zstd";

/** What a decoder may keep of a content of Zstandard: 8 MiB, as its logarithm (RFC 9659). */
const WIDEST_ZSTD = { params: { [constants.ZSTD_d_windowLogMax]: 23 } };

/** By names that servers say: any word may be one. */
const unpackers: ReadonlyMap<string, () => Transform> = new Map<string, () => Transform>([
  ["gzip", () => createGunzip()],
  ["x-gzip", () => createGunzip()],
  ["deflate", () => createInflate()],
  ["br", () => createBrotliDecompress()],
  ["zstd", () => createZstdDecompress(WIDEST_ZSTD)],
]);

/** @returns undefined for an encoding that servers are not told of */
export function unpackerOf(encoding: string): Transform | undefined {
  return unpackers.get(encoding.trim().toLowerCase())?.();
}
