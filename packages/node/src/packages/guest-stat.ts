import type { Stats } from "node:fs";
import type { FileStat, FileType } from "@vivarium/core";

/** What guests are told of a file of the host: all but who owns it. */
export function guestStat(stats: Stats): FileStat {
  const { size, nlink, ino, dev, atimeMs, mtimeMs, ctimeMs, birthtimeMs, blksize, blocks } = stats;
  const mode = stats.mode & 0o777;
  return {
    type: typeOf(stats),
    mode: mode & READ_ONLY_BITS,
    size,
    nlink,
    uid: 0,
    gid: 0,
    ino,
    dev,
    atimeMs,
    mtimeMs,
    ctimeMs,
    birthtimeMs,
    blksize,
    blocks,
  };
}

const READ_ONLY_BITS = 0o555;

/** A directory that guests see where the host has none. */
export const virtualDirectory: FileStat = {
  type: "directory",
  mode: READ_ONLY_BITS,
  size: 0,
  nlink: 2,
  uid: 0,
  gid: 0,
  ino: 1,
  dev: 0,
  atimeMs: 0,
  mtimeMs: 0,
  ctimeMs: 0,
  birthtimeMs: 0,
};

function typeOf(stats: Stats): FileType {
  if (stats.isFile()) return "file";
  if (stats.isDirectory()) return "directory";
  return stats.isSymbolicLink() ? "symlink" : "socket";
}
