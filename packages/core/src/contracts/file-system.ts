import type { MaybePromise } from "../promises/maybe-promise.ts";

/** What a path names. The words are those of `fs.Dirent`. */
export type FileType = "file" | "directory" | "symlink" | "fifo" | "socket" | "character-device" | "block-device";

/** The state of one file, as POSIX `stat` tells it. */
export interface FileStat {
  readonly type: FileType;
  /** Permission bits only (`0o644`); the type is in {@link type}. */
  readonly mode: number;
  /** Bytes. */
  readonly size: number;
  /** Number of hard links. */
  readonly nlink: number;
  readonly uid: number;
  readonly gid: number;
  readonly ino: number;
  readonly dev: number;
  /** Milliseconds since the epoch; fractions carry microseconds. */
  readonly atimeMs: number;
  readonly mtimeMs: number;
  readonly ctimeMs: number;
  readonly birthtimeMs: number;
  /** Device number of a device file. @default 0 */
  readonly rdev?: number;
  /** Preferred size of one read, in bytes. @default 4096 */
  readonly blksize?: number;
  /** 512-byte blocks in use. @default Math.ceil(size / 512) */
  readonly blocks?: number;
}

/** One name in a directory, as `readdir(3)` tells it; `.` and `..` are none. */
export interface DirectoryEntry {
  /** Not empty, without `/` and NUL; distinct within its directory. */
  readonly name: string;
  readonly type: FileType;
}

/** Figures of a whole filesystem, as `statfs(2)` tells them. Sizes in blocks of `bsize` bytes. */
export interface FileSystemUsage {
  readonly type: number;
  readonly bsize: number;
  readonly blocks: number;
  readonly bfree: number;
  readonly bavail: number;
  readonly files: number;
  readonly ffree: number;
}

/** How a file is to be opened; one field per `open(2)` flag that a guest may use. */
export interface OpenFlags {
  readonly read: boolean;
  readonly write: boolean;
  readonly append: boolean;
  readonly create: boolean;
  /** With {@link create}: fail with `EEXIST` when the path exists, a dangling link included. */
  readonly exclusive: boolean;
  readonly truncate: boolean;
  /** Fail with `ENOTDIR` unless the path is a directory. */
  readonly directory: boolean;
  /** Fail with `ELOOP` when the last component is a symbolic link. */
  readonly noFollow: boolean;
}

/**
 * One open file. It names the file itself, not its path: it keeps working after a rename or a removal.
 * Every method may throw an error whose `code` is a POSIX name (`ENOSPC`, `EIO`, …); the guest is told that, and the
 * `reason` of a {@link FileSystemError}, which names the figure of a limit, say.
 */
export interface OpenFile {
  stat(): MaybePromise<FileStat>;
  /** Reads up to `buffer.length` bytes at `position` into `buffer`; answers how many. 0 is the end of the file. */
  read(buffer: Uint8Array, position: number): MaybePromise<number>;
  /** Writes all of `data` at `position` (at the end when opened with `append`); answers how many bytes. */
  write(data: Uint8Array, position: number): MaybePromise<number>;
  truncate(size: number): MaybePromise<void>;
  chmod(mode: number): MaybePromise<void>;
  chown(uid: number, gid: number): MaybePromise<void>;
  utimes(atimeMs: number, mtimeMs: number): MaybePromise<void>;
  sync(): MaybePromise<void>;
  close(): MaybePromise<void>;
}

/** What a watch tells: something of what it watches has changed. */
export interface FileChange {
  /** `rename`: a name has come, gone or been moved; `change`: the content or an attribute is another. As `fs.watch` has them. */
  readonly type: "rename" | "change";
  /** Name of what has changed: that of an entry of the watched directory, or the last component of the watched path. */
  readonly name: string;
}

/** A watch that goes on. */
export interface FileWatch {
  /** Ends it: nothing is told any more. Idempotent. */
  close(): void;
}

/** How {@link FileSystem.mkdir} makes a directory, as Node's `fs.mkdir` does it. */
export interface MakeDirectoryOptions {
  /** Whether missing parents are made, and a directory that is there already is no error (otherwise `EEXIST`). @default false */
  readonly recursive?: boolean;
  /** Permission bits of what is made. @default 0o777 */
  readonly mode?: number;
}

/** How {@link FileSystem.writeFile} makes a file that is not there yet. */
export interface WriteFileOptions {
  /** Mode of a file that the call creates. @default 0o666 */
  readonly mode?: number;
  /**
   * Whether missing parent directories are made. The kernel always passes `false`: a guest gets `ENOENT`.
   * @default what the driver documents
   */
  readonly parents?: boolean;
}

/**
 * A filesystem that an embedder supplies.
 *
 * Paths are absolute, with `/` between components, without `.`, `..`, empty components or a trailing slash, and no
 * component but the last is a symbolic link: the kernel has resolved them. Each method fails by throwing (or rejecting
 * with) an error whose `code` is a POSIX name (`ENOENT`, `EEXIST`, …); any other failure reaches the guest as `EIO`.
 *
 * Only the first group is required. Of the rest, what a driver leaves out is a declared gap: the kernel supplies it
 * from the required methods where that is honest (open files, text, existence), and otherwise the guest gets `ENOSYS`.
 */
export interface FileSystem {
  /** Shown in error messages. @default "filesystem" */
  readonly name?: string;
  /**
   * The same files for a caller that has resolved all links: no component of a path is followed, not even the last;
   * where one is a link, the verb fails with `ELOOP`. Where a driver has it, the kernel uses it alone: a link that somebody
   * puts there after the check has been asked leads nowhere then. For drivers whose files others can change meanwhile.
   */
  readonly resolved?: FileSystem;

  readFile(path: string): MaybePromise<Uint8Array>;
  /** Creates or replaces a whole file. */
  writeFile(path: string, content: string | Uint8Array, options?: WriteFileOptions): MaybePromise<void>;
  readDirWithTypes(path: string): MaybePromise<readonly DirectoryEntry[]>;
  mkdir(path: string, options?: MakeDirectoryOptions): MaybePromise<void>;
  /** Follows a symbolic link in the last component. */
  stat(path: string): MaybePromise<FileStat>;
  /** Removes a file or a symbolic link; `EISDIR` or `EPERM` for a directory. */
  removeFile(path: string): MaybePromise<void>;
  /** Removes an empty directory; `ENOTEMPTY` otherwise. */
  removeDir(path: string): MaybePromise<void>;
  /** POSIX `rename`: replaces a file, or an empty directory by a directory; `EINVAL` for a move into itself. */
  rename(from: string, to: string): MaybePromise<void>;

  /** Does not follow the last component. Required of a driver that has symbolic links. */
  lstat?(path: string): MaybePromise<FileStat>;
  readTextFile?(path: string): MaybePromise<string>;
  readDir?(path: string): MaybePromise<readonly string[]>;
  /** Creates one directory; the parent must exist. */
  createDir?(path: string): MaybePromise<void>;
  exists?(path: string): MaybePromise<boolean>;
  realpath?(path: string): MaybePromise<string>;
  symlink?(target: string, path: string): MaybePromise<void>;
  readlink?(path: string): MaybePromise<string>;
  /**
   * Makes the name of a Unix socket: an entry of the type `socket`, and nothing that anybody could connect with. Who listens
   * there the guest knows. Without it a guest's Unix sockets have no names among its files.
   * @throws `EEXIST`, `ENOENT`, `ENOTDIR`
   */
  createSocket?(path: string, mode: number): MaybePromise<void>;
  /** Makes `path` a hard link to the file `existing`. */
  link?(existing: string, path: string): MaybePromise<void>;
  chmod?(path: string, mode: number): MaybePromise<void>;
  chown?(path: string, uid: number, gid: number): MaybePromise<void>;
  /** Does not follow the last component. */
  lchown?(path: string, uid: number, gid: number): MaybePromise<void>;
  utimes?(path: string, atimeMs: number, mtimeMs: number): MaybePromise<void>;
  /** Does not follow the last component. */
  lutimes?(path: string, atimeMs: number, mtimeMs: number): MaybePromise<void>;
  truncate?(path: string, size: number): MaybePromise<void>;
  /**
   * As {@link readFile}, for small files that are read often: fills `target` with the beginning of the file, and answers
   * how many bytes the whole of it has. Nothing is kept of `target`. It is of use where it answers at once; a driver that
   * has answered by promise is asked by {@link readFile} from then on.
   */
  readInto?(path: string, target: Uint8Array): MaybePromise<number>;
  /** Reads up to `length` bytes at `offset`. */
  pread?(path: string, offset: number, length: number): MaybePromise<Uint8Array>;
  pwrite?(path: string, offset: number, data: Uint8Array): MaybePromise<void>;
  /** Opens the file itself. Without it the kernel stands in with `pread`/`pwrite` or whole-file reads and writes by path. */
  open?(path: string, flags: OpenFlags, mode: number): MaybePromise<OpenFile>;
  /**
   * Figures of the filesystem that a path lies in.
   * @param path absent or `/` for the whole
   */
  usage?(path?: string): MaybePromise<FileSystemUsage>;
  /**
   * Whether what is at a path cannot be changed, whoever asks: who asks whether it may be written to (`fs.access`) hears
   * `EROFS`. Without it nothing is.
   */
  isReadOnly?(path: string): MaybePromise<boolean>;
  /**
   * Watches one file or one directory with the names in it, not what lies deeper, until the watch is closed. `listener` is
   * called for each change, whoever makes it, also while that is being made; it throws nothing. It keeps no process alive.
   * Without it `fs.watch` fails with `ENOSYS`.
   * @param path what the watch follows, wherever it is moved to
   * @throws `ENOENT`; `ENOSPC`, `EMFILE` where there are too many watches
   */
  watch?(path: string, listener: (change: FileChange) => void): MaybePromise<FileWatch>;
  /**
   * Resolves every symbolic link of an absolute path in one go: an optimisation of `lstat` and `readlink` per component.
   * Answers `undefined` when any component is a symbolic link, is missing or is not a directory: the kernel then walks.
   */
  statPlain?(path: string): MaybePromise<FileStat | undefined>;
}
