import fs from "node:fs";
import { promisify } from "node:util";
import { errnoCodeOfError, type MaybePromise } from "@vivarium/core";

/** The calls into the host's operating system that a filesystem is made of, answered at once or from the thread pool. */
export interface HostCalls {
  open(path: string, flags: number, mode?: number): MaybePromise<number>;
  close(fd: number): MaybePromise<void>;
  fstat(fd: number): MaybePromise<fs.Stats>;
  lstat(path: string): MaybePromise<fs.Stats>;
  /** As {@link lstat}; `undefined` where nothing is. */
  find(path: string): MaybePromise<fs.Stats | undefined>;
  readlink(path: string): MaybePromise<string>;
  realpath(path: string): MaybePromise<string>;
  mkdir(path: string, mode: number): MaybePromise<void>;
  rmdir(path: string): MaybePromise<void>;
  unlink(path: string): MaybePromise<void>;
  rename(from: string, to: string): MaybePromise<void>;
  symlink(target: string, path: string): MaybePromise<void>;
  link(existing: string, path: string): MaybePromise<void>;
  chmod(path: string, mode: number): MaybePromise<void>;
  chown(path: string, uid: number, gid: number): MaybePromise<void>;
  lchown(path: string, uid: number, gid: number): MaybePromise<void>;
  /** Times in seconds. */
  utimes(path: string, atime: number, mtime: number): MaybePromise<void>;
  lutimes(path: string, atime: number, mtime: number): MaybePromise<void>;
  fchmod(fd: number, mode: number): MaybePromise<void>;
  fchown(fd: number, uid: number, gid: number): MaybePromise<void>;
  futimes(fd: number, atime: number, mtime: number): MaybePromise<void>;
  read(fd: number, target: Uint8Array, position: number): MaybePromise<number>;
  /** Without a position: where the descriptor stands, which is the end of a file opened to append. */
  write(fd: number, bytes: Uint8Array, position: number | null): MaybePromise<number>;
  ftruncate(fd: number, size: number): MaybePromise<void>;
  fsync(fd: number): MaybePromise<void>;
  statfs(path: string): MaybePromise<fs.StatsFs>;
  readdir(path: string): MaybePromise<readonly fs.Dirent[]>;
}

/** Answered at once: the host's thread waits for the operating system. */
export const promptCalls: HostCalls = {
  open: fs.openSync,
  close: fs.closeSync,
  fstat: (fd) => fs.fstatSync(fd),
  lstat: (path) => fs.lstatSync(path),
  find: (path) => fs.lstatSync(path, { throwIfNoEntry: false }),
  readlink: (path) => fs.readlinkSync(path),
  realpath: (path) => fs.realpathSync.native(path),
  mkdir: (path, mode) => void fs.mkdirSync(path, mode),
  rmdir: fs.rmdirSync,
  unlink: fs.unlinkSync,
  rename: fs.renameSync,
  symlink: (target, path) => fs.symlinkSync(target, path),
  link: fs.linkSync,
  chmod: fs.chmodSync,
  chown: fs.chownSync,
  lchown: fs.lchownSync,
  utimes: fs.utimesSync,
  lutimes: fs.lutimesSync,
  fchmod: fs.fchmodSync,
  fchown: fs.fchownSync,
  futimes: fs.futimesSync,
  read: (fd, target, position) => fs.readSync(fd, target, 0, target.byteLength, position),
  write: (fd, bytes, position) => fs.writeSync(fd, bytes, 0, bytes.byteLength, position),
  ftruncate: fs.ftruncateSync,
  fsync: fs.fsyncSync,
  statfs: (path) => fs.statfsSync(path),
  readdir: (path) => fs.readdirSync(path, { withFileTypes: true }),
};

const open: (path: string, flags: number, mode?: number) => Promise<number> = promisify(fs.open);
const fstat: (fd: number) => Promise<fs.Stats> = promisify(fs.fstat);
const realpath: (path: string) => Promise<string> = promisify(fs.realpath.native);
const read = promisify(fs.read);
const write = promisify(fs.write);

/** Answered by promise: a thread of the host's pool waits for the operating system. */
export const pooledCalls: HostCalls = {
  open,
  close: promisify(fs.close),
  fstat,
  lstat: (path) => fs.promises.lstat(path),
  find: (path) => fs.promises.lstat(path).catch(absent),
  readlink: (path) => fs.promises.readlink(path),
  realpath,
  mkdir: async (path, mode) => void (await fs.promises.mkdir(path, mode)),
  rmdir: (path) => fs.promises.rmdir(path),
  unlink: fs.promises.unlink,
  rename: fs.promises.rename,
  symlink: (target, path) => fs.promises.symlink(target, path),
  link: fs.promises.link,
  chmod: fs.promises.chmod,
  chown: fs.promises.chown,
  lchown: fs.promises.lchown,
  utimes: fs.promises.utimes,
  lutimes: fs.promises.lutimes,
  fchmod: promisify(fs.fchmod),
  fchown: promisify(fs.fchown),
  futimes: promisify(fs.futimes),
  read: async (fd, target, position) => (await read(fd, target, 0, target.byteLength, position)).bytesRead,
  write: async (fd, bytes, position) => (await write(fd, bytes, 0, bytes.byteLength, position)).bytesWritten,
  ftruncate: promisify(fs.ftruncate),
  fsync: promisify(fs.fsync),
  statfs: (path) => fs.promises.statfs(path),
  readdir: readInPieces,
};

/** What `fs.lstatSync` makes of an error when it is to throw none for what is not there. */
function absent(error: unknown): undefined {
  if (errnoCodeOfError(error) !== "ENOENT") throw error;
}

/** Entries that are made into objects at a time: that happens on the host's thread. */
const ENTRIES_PER_PIECE = 1_000;

async function readInPieces(path: string): Promise<readonly fs.Dirent[]> {
  const entries: fs.Dirent[] = [];
  const directory = await fs.promises.opendir(path, { bufferSize: ENTRIES_PER_PIECE });
  for await (const entry of directory) entries.push(entry);
  return entries;
}
