import {
  createFileSystemError,
  type DirectoryEntry,
  errnoCodeOfError,
  type FileChange,
  type FileStat,
  type FileSystem,
  type FileSystemUsage,
  type FileWatch,
  type MakeDirectoryOptions,
  type MaybePromise,
  type OpenFile,
  type OpenFlags,
  type WriteFileOptions,
} from "@vivarium/core";
import { assertPath, assertText, parentOf } from "./guest-path.ts";
import * as attributes from "./host-attributes.ts";
import * as content from "./host-content.ts";
import type { HostContext } from "./host-context.ts";
import * as names from "./host-names.ts";
import { fileStatOf } from "./host-stat.ts";
import { type Steps, wait } from "./steps.ts";
import { translated } from "./translate-error.ts";
import { watchHeld } from "./watch-held.ts";

const encoder = new TextEncoder();
const utf8 = new TextDecoder("utf-8", { ignoreBOM: true });

/** Files of the host for a caller that has resolved all links: none is followed, `ELOOP` tells of one. */
export class HostFiles implements Required<Omit<FileSystem, "resolved">> {
  readonly name: string;
  readonly #host: HostContext;

  constructor(name: string, host: HostContext) {
    this.name = name;
    this.#host = host;
  }

  readFile(path: string): MaybePromise<Uint8Array> {
    return this.#on("open", path, (host) => content.readWhole(host, path));
  }

  readTextFile(path: string): MaybePromise<string> {
    return this.#on("open", path, function* (host) {
      return utf8.decode(yield* content.readWhole(host, path));
    });
  }

  readInto(path: string, target: Uint8Array): MaybePromise<number> {
    return this.#on("open", path, (host) => content.readInto(host, path, target));
  }

  pread(path: string, offset: number, length: number): MaybePromise<Uint8Array> {
    return this.#on("read", path, (host) => {
      assertSize(offset);
      assertSize(length);
      return content.readPart(host, path, offset, length);
    });
  }

  writeFile(path: string, data: string | Uint8Array, options: WriteFileOptions = {}): MaybePromise<void> {
    const bytes = typeof data === "string" ? encoder.encode(data) : data;
    const { mode = 0o666, parents = false } = options;
    return this.#on("open", path, function* (host) {
      if (parents) yield* names.makeDirectories(host, parentOf(path), 0o777);
      yield* content.replaceWhole(host, path, bytes, mode);
    });
  }

  pwrite(path: string, offset: number, data: Uint8Array): MaybePromise<void> {
    return this.#on("write", path, (host) => {
      assertSize(offset);
      return content.writePart(host, path, offset, data);
    });
  }

  truncate(path: string, size: number): MaybePromise<void> {
    return this.#on("truncate", path, (host) => {
      assertSize(size);
      return content.resize(host, path, size);
    });
  }

  open(path: string, flags: OpenFlags, mode: number): MaybePromise<OpenFile> {
    return this.#on("open", path, (host) => content.openFile(host, path, flags, mode));
  }

  readDirWithTypes(path: string): MaybePromise<readonly DirectoryEntry[]> {
    return this.#on("scandir", path, (host) => names.list(host, path));
  }

  readDir(path: string): MaybePromise<readonly string[]> {
    return this.#on("scandir", path, function* (host) {
      return (yield* names.list(host, path)).map(({ name }) => name);
    });
  }

  createDir(path: string): MaybePromise<void> {
    return this.mkdir(path);
  }

  mkdir(path: string, { recursive = false, mode = 0o777 }: MakeDirectoryOptions = {}): MaybePromise<void> {
    const make = recursive ? names.makeDirectories : names.makeDirectory;
    return this.#on("mkdir", path, (host) => make(host, path, mode));
  }

  removeFile(path: string): MaybePromise<void> {
    return this.#on("unlink", path, (host) => names.removeFile(host, path));
  }

  removeDir(path: string): MaybePromise<void> {
    return this.#on("rmdir", path, (host) => names.removeDirectory(host, path));
  }

  rename(from: string, to: string): MaybePromise<void> {
    return this.#on("rename", from, (host) => {
      assertPath(to);
      return names.rename(host, from, to);
    });
  }

  symlink(target: string, path: string): MaybePromise<void> {
    return this.#on("symlink", path, (host) => {
      assertText(target);
      return names.symlink(host, target, path);
    });
  }

  /** A socket of a guest's has no business among the files of the host. */
  createSocket(): never {
    throw createFileSystemError("ENOSYS");
  }

  readlink(path: string): MaybePromise<string> {
    return this.#on("readlink", path, (host) => names.readlink(host, path));
  }

  link(existing: string, path: string): MaybePromise<void> {
    return this.#on("link", existing, (host) => {
      assertPath(path);
      return names.link(host, existing, path);
    });
  }

  stat(path: string): MaybePromise<FileStat> {
    return this.#look("stat", path, false);
  }

  lstat(path: string): MaybePromise<FileStat> {
    return this.#look("lstat", path, true);
  }

  statPlain(path: string): MaybePromise<FileStat | undefined> {
    return this.#on("stat", path, function* (host) {
      try {
        if (yield* host.paths.isAbsent(path)) return undefined;
        const stats = yield* names.look(host, path);
        return stats.isSymbolicLink() ? undefined : fileStatOf(stats, host.devices);
      } catch (error) {
        // The kernel's walk finds out what is wrong, and asks the check first.
        if (errnoCodeOfError(error) !== undefined) return undefined;
        throw error;
      }
    });
  }

  exists(path: string): MaybePromise<boolean> {
    return this.#on("access", path, function* (host) {
      try {
        return !(yield* names.look(host, path)).isSymbolicLink();
      } catch (error) {
        if (errnoCodeOfError(error) !== undefined) return false;
        throw error;
      }
    });
  }

  realpath(path: string): MaybePromise<string> {
    return this.#on("realpath", path, function* (host) {
      if ((yield* names.look(host, path)).isSymbolicLink()) throw createFileSystemError("ELOOP");
      return path;
    });
  }

  chmod(path: string, mode: number): MaybePromise<void> {
    return this.#on("chmod", path, (host) => attributes.chmod(host, path, mode));
  }

  chown(path: string, uid: number, gid: number): MaybePromise<void> {
    return this.#on("chown", path, (host) => attributes.chown(host, path, uid, gid));
  }

  lchown(path: string, uid: number, gid: number): MaybePromise<void> {
    return this.#on("lchown", path, (host) => attributes.lchown(host, path, uid, gid));
  }

  utimes(path: string, atimeMs: number, mtimeMs: number): MaybePromise<void> {
    return this.#on("utime", path, (host) => attributes.utimes(host, path, atimeMs, mtimeMs));
  }

  lutimes(path: string, atimeMs: number, mtimeMs: number): MaybePromise<void> {
    return this.#on("lutime", path, (host) => attributes.lutimes(host, path, atimeMs, mtimeMs));
  }

  usage(): MaybePromise<FileSystemUsage> {
    return this.#on("statfs", "/", function* ({ paths, brief }) {
      const held = yield* paths.hold("/");
      try {
        const { type, bsize, blocks, bfree, bavail, files, ffree } = yield* wait(brief.statfs(held.way));
        return { type, bsize, blocks, bfree, bavail, files, ffree };
      } finally {
        yield* paths.release(held);
      }
    });
  }

  watch(path: string, listener: (change: FileChange) => void): MaybePromise<FileWatch> {
    return this.#on("watch", path, (host) => watchHeld(host, path, listener));
  }

  isReadOnly(): boolean {
    return this.#host.readOnly;
  }

  #look(syscall: string, path: string, links: boolean): MaybePromise<FileStat> {
    return this.#on(syscall, path, function* (host) {
      const stats = yield* names.lookOften(host, path);
      if (!links && stats.isSymbolicLink()) throw createFileSystemError("ELOOP");
      return fileStatOf(stats, host.devices);
    });
  }

  #on<T>(syscall: string, path: string, steps: (host: HostContext) => Steps<T>): MaybePromise<T> {
    return translated(syscall, path, () => {
      assertPath(path);
      return steps(this.#host);
    });
  }
}

function assertSize(value: number): void {
  if (!Number.isSafeInteger(value) || value < 0) throw createFileSystemError("EINVAL");
}
