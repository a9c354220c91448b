import type { FileStat, FileSystemUsage, FileType } from "@vivarium/core";
import { statRecord } from "@vivarium/core";

/** `S_IFMT` bits of each type. */
const typeBits: Readonly<Record<FileType, number>> = {
  file: 0o100_000,
  directory: 0o040_000,
  symlink: 0o120_000,
  fifo: 0o010_000,
  socket: 0o140_000,
  "character-device": 0o020_000,
  "block-device": 0o060_000,
};

const fileTypes = Object.keys(typeBits) as readonly FileType[];

/** `UV_DIRENT_*` of each type. */
export const direntTypes: Readonly<Record<FileType, number>> = {
  file: 1,
  directory: 2,
  symlink: 3,
  fifo: 4,
  socket: 5,
  "character-device": 6,
  "block-device": 7,
};

const PERMISSION_BITS = 0o7777;
const DEFAULT_BLOCK_BYTES = 4096;

/**
 * A stat as it crosses to the guest, in a record of its own or a given one.
 *
 * @param latestMs told instead of every later time, in milliseconds since the epoch
 */
export function packStat(
  stat: FileStat,
  latestMs: number = Number.POSITIVE_INFINITY,
  record: Float64Array = new Float64Array(statRecord.length),
): Float64Array {
  record[0] = stat.dev;
  record[1] = (typeBits[stat.type] ?? 0) | (stat.mode & PERMISSION_BITS);
  record[2] = stat.nlink;
  record[3] = stat.uid;
  record[4] = stat.gid;
  record[5] = stat.rdev ?? 0;
  record[6] = stat.blksize ?? DEFAULT_BLOCK_BYTES;
  record[7] = stat.ino;
  record[8] = stat.size;
  record[9] = stat.blocks ?? Math.ceil(stat.size / 512);
  packTime(record, 10, Math.min(stat.atimeMs, latestMs));
  packTime(record, 12, Math.min(stat.mtimeMs, latestMs));
  packTime(record, 14, Math.min(stat.ctimeMs, latestMs));
  packTime(record, 16, Math.min(stat.birthtimeMs, latestMs));
  return record;
}

/** A stat that has crossed in a record. */
export function unpackStat(record: Float64Array): FileStat {
  const [dev = 0, modeBits = 0, nlink = 0, uid = 0, gid = 0, rdev = 0, blksize = 0, ino = 0, size = 0, blocks = 0] =
    record;
  const type = fileTypes.find((name) => typeBits[name] === (modeBits & ~PERMISSION_BITS)) ?? "file";
  const mode = modeBits & PERMISSION_BITS;
  const times = {
    atimeMs: unpackTime(record, 10),
    mtimeMs: unpackTime(record, 12),
    ctimeMs: unpackTime(record, 14),
    birthtimeMs: unpackTime(record, 16),
  };
  return { type, mode, size, nlink, uid, gid, ino, dev, rdev, blksize, blocks, ...times };
}

function unpackTime(record: Float64Array, index: number): number {
  return (record[index] ?? 0) * 1_000 + (record[index + 1] ?? 0) / 1_000_000;
}

/** Milliseconds carry microseconds at best; what lies below is rounding. */
function packTime(record: Float64Array, index: number, milliseconds: number): void {
  let seconds = Math.floor(milliseconds / 1_000);
  let micros = Math.round((milliseconds - seconds * 1_000) * 1_000);
  if (micros >= 1_000_000) {
    seconds += 1;
    micros -= 1_000_000;
  }
  record[index] = seconds;
  record[index + 1] = micros * 1_000;
}

export function packUsage(usage: FileSystemUsage): Float64Array {
  return new Float64Array([usage.type, usage.bsize, usage.blocks, usage.bfree, usage.bavail, usage.files, usage.ffree]);
}
