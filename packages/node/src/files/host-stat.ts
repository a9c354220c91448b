import type fs from "node:fs";
import type { FileStat, FileType } from "@vivarium/core";

/** What `fs.Stats` and `fs.Dirent` have in common. */
type Typed = Pick<
  fs.Stats,
  "isFile" | "isDirectory" | "isSymbolicLink" | "isFIFO" | "isSocket" | "isCharacterDevice" | "isBlockDevice"
>;

export function typeOf(entry: Typed): FileType {
  if (entry.isFile()) return "file";
  if (entry.isDirectory()) return "directory";
  if (entry.isSymbolicLink()) return "symlink";
  if (entry.isFIFO()) return "fifo";
  if (entry.isSocket()) return "socket";
  return entry.isBlockDevice() ? "block-device" : "character-device";
}

/** Small numbers in place of the host's device numbers: which files lie together is told, and not on what. */
export class DeviceNumbers {
  readonly #numbers: Map<number, number> = new Map();

  numberOf(dev: number): number {
    const known = this.#numbers.get(dev);
    if (known !== undefined) return known;
    const number = this.#numbers.size + 1;
    this.#numbers.set(dev, number);
    return number;
  }
}

/** What a guest is told of a file of the host. */
export function fileStatOf(stats: fs.Stats, devices: DeviceNumbers): FileStat {
  return {
    type: typeOf(stats),
    mode: stats.mode & 0o7777,
    size: stats.size,
    nlink: stats.nlink,
    uid: stats.uid,
    gid: stats.gid,
    ino: stats.ino,
    dev: devices.numberOf(stats.dev),
    rdev: stats.rdev,
    blksize: stats.blksize,
    blocks: stats.blocks,
    atimeMs: stats.atimeMs,
    mtimeMs: stats.mtimeMs,
    ctimeMs: stats.ctimeMs,
    birthtimeMs: Math.max(stats.birthtimeMs, 0),
  };
}
