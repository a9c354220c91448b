/** What a decoder of Zstandard keeps may be 8 MiB (RFC 9659): its logarithm. */
const WIDEST_ZSTD = 23;
/** Content may go on with wider frames than its first: as wide as those of servers usually are. */
const USUAL_ZSTD = 21;
const WIDEST_BROTLI = 24;

/** What content unpacks to is referred to so far back: 2 to this power, in bytes. A decoder keeps as much of it. */
export function windowLogOf(coding: "br" | "zstd", piece: Uint8Array): number {
  return coding === "br" ? brotliWindowLog(piece[0]) : zstdWindowLog(piece);
}

/** RFC 7932, section 9.1. Undefined: what comes first is not known. */
function brotliWindowLog(first: number | undefined): number {
  if (first === undefined) return WIDEST_BROTLI;
  if ((first & 1) === 0) return 16;
  const wide = (first >> 1) & 7;
  if (wide !== 0) return 17 + wide;
  const narrow = (first >> 4) & 7;
  return narrow === 0 ? 17 : 8 + narrow;
}

const ZSTD_MAGIC = 0xfd2f_b528;
const SINGLE_SEGMENT = 0x20;

/** RFC 8878, section 3.1.1.1. The widest where it cannot be told from the first bytes alone. */
function zstdWindowLog(piece: Uint8Array): number {
  const view = new DataView(piece.buffer, piece.byteOffset, piece.byteLength);
  if (piece.byteLength < 6 || view.getUint32(0, true) !== ZSTD_MAGIC) return WIDEST_ZSTD;
  if ((view.getUint8(4) & SINGLE_SEGMENT) !== 0) return WIDEST_ZSTD;
  const descriptor = view.getUint8(5);
  // The three low bits are eighths of a step.
  const log = 10 + (descriptor >> 3) + ((descriptor & 7) === 0 ? 0 : 1);
  return Math.min(Math.max(log, USUAL_ZSTD), WIDEST_ZSTD);
}

/** The same where nothing has come of it yet. */
export function widestLogOf(coding: "br" | "zstd"): number {
  return coding === "br" ? WIDEST_BROTLI : WIDEST_ZSTD;
}
