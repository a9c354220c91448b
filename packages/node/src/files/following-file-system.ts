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
import { followLinks } from "./follow-links.ts";
import { assertPath } from "./guest-path.ts";
import { lookFor } from "./look-for.ts";
import type { ResolvedFiles } from "./resolved-files.ts";
import { run, type Steps, wait } from "./steps.ts";

/**
 * A filesystem as its contract has it, over one that follows no link: where that refuses a link, the link is followed,
 * never out of the tree, and the verb tried again.
 */
export class FollowingFileSystem implements Required<FileSystem> {
  readonly name: string;
  readonly resolved: ResolvedFiles;

  constructor(resolved: ResolvedFiles) {
    this.name = resolved.name;
    this.resolved = resolved;
  }

  readFile(path: string): MaybePromise<Uint8Array> {
    return this.#through(path, (plain) => this.resolved.readFile(plain));
  }

  readTextFile(path: string): MaybePromise<string> {
    return this.#through(path, (plain) => this.resolved.readTextFile(plain));
  }

  readInto(path: string, target: Uint8Array): MaybePromise<number> {
    return this.#through(path, (plain) => this.resolved.readInto(plain, target));
  }

  pread(path: string, offset: number, length: number): MaybePromise<Uint8Array> {
    return this.#through(path, (plain) => this.resolved.pread(plain, offset, length));
  }

  writeFile(path: string, content: string | Uint8Array, options?: WriteFileOptions): MaybePromise<void> {
    const write = (plain: string): MaybePromise<void> => this.resolved.writeFile(plain, content, options);
    return this.#through(path, write, options?.parents === true);
  }

  pwrite(path: string, offset: number, data: Uint8Array): MaybePromise<void> {
    return this.#through(path, (plain) => this.resolved.pwrite(plain, offset, data));
  }

  truncate(path: string, size: number): MaybePromise<void> {
    return this.#through(path, (plain) => this.resolved.truncate(plain, size));
  }

  open(path: string, flags: OpenFlags, mode: number): MaybePromise<OpenFile> {
    const open = (plain: string): MaybePromise<OpenFile> => this.resolved.open(plain, flags, mode);
    return flags.noFollow || flags.exclusive ? this.#to(path, open) : this.#through(path, open);
  }

  readDirWithTypes(path: string): MaybePromise<readonly DirectoryEntry[]> {
    return this.#through(path, (plain) => this.resolved.readDirWithTypes(plain));
  }

  readDir(path: string): MaybePromise<readonly string[]> {
    return this.#through(path, (plain) => this.resolved.readDir(plain));
  }

  createDir(path: string): MaybePromise<void> {
    return this.#to(path, (plain) => this.resolved.createDir(plain));
  }

  mkdir(path: string, options?: MakeDirectoryOptions): MaybePromise<void> {
    const make = (plain: string): MaybePromise<void> => this.resolved.mkdir(plain, options);
    if (options?.recursive !== true) return this.#to(path, make);
    return run(this.#attempt([path], false, ([plain = path]) => run(this.#makeDirectories(plain, make)), true));
  }

  removeFile(path: string): MaybePromise<void> {
    return this.#to(path, (plain) => this.resolved.removeFile(plain));
  }

  removeDir(path: string): MaybePromise<void> {
    return this.#to(path, (plain) => this.resolved.removeDir(plain));
  }

  rename(from: string, to: string): MaybePromise<void> {
    return this.#toBoth(from, to, (plainFrom, plainTo) => this.resolved.rename(plainFrom, plainTo));
  }

  symlink(target: string, path: string): MaybePromise<void> {
    return this.#to(path, (plain) => this.resolved.symlink(target, plain));
  }

  createSocket(path: string, mode: number): MaybePromise<void> {
    return this.#to(path, (plain) => this.resolved.createSocket(plain, mode));
  }

  readlink(path: string): MaybePromise<string> {
    return this.#to(path, (plain) => this.resolved.readlink(plain));
  }

  link(existing: string, path: string): MaybePromise<void> {
    return this.#to(existing, (source) => run(this.#addName(source, path)));
  }

  stat(path: string): MaybePromise<FileStat> {
    return this.#through(path, (plain) => this.resolved.stat(plain));
  }

  lstat(path: string): MaybePromise<FileStat> {
    return this.#to(path, (plain) => this.resolved.lstat(plain));
  }

  statPlain(path: string): MaybePromise<FileStat | undefined> {
    return this.resolved.statPlain(path);
  }

  exists(path: string): MaybePromise<boolean> {
    const { resolved } = this;
    return run(
      (function* () {
        if (yield* wait(resolved.exists(path))) return true;
        try {
          return yield* wait(resolved.exists(yield* followLinks(resolved, path, true)));
        } catch (error) {
          if (errnoCodeOfError(error) !== undefined) return false;
          throw error;
        }
      })(),
    );
  }

  realpath(path: string): MaybePromise<string> {
    return this.#through(path, (plain) => this.resolved.realpath(plain));
  }

  chmod(path: string, mode: number): MaybePromise<void> {
    return this.#through(path, (plain) => this.resolved.chmod(plain, mode));
  }

  chown(path: string, uid: number, gid: number): MaybePromise<void> {
    return this.#through(path, (plain) => this.resolved.chown(plain, uid, gid));
  }

  lchown(path: string, uid: number, gid: number): MaybePromise<void> {
    return this.#to(path, (plain) => this.resolved.lchown(plain, uid, gid));
  }

  utimes(path: string, atimeMs: number, mtimeMs: number): MaybePromise<void> {
    return this.#through(path, (plain) => this.resolved.utimes(plain, atimeMs, mtimeMs));
  }

  lutimes(path: string, atimeMs: number, mtimeMs: number): MaybePromise<void> {
    return this.#to(path, (plain) => this.resolved.lutimes(plain, atimeMs, mtimeMs));
  }

  usage(path = "/"): MaybePromise<FileSystemUsage> {
    return this.#through(path, (plain) => this.resolved.usage(plain));
  }

  watch(path: string, listener: (change: FileChange) => void): MaybePromise<FileWatch> {
    return this.#through(path, (plain) => this.resolved.watch(plain, listener));
  }

  isReadOnly(path: string): MaybePromise<boolean> {
    return this.resolved.isReadOnly(path);
  }

  /** Does something with what a path leads to. */
  #through<T>(path: string, act: (plain: string) => MaybePromise<T>, missing = false): MaybePromise<T> {
    return run(this.#attempt([path], true, ([plain = path]) => act(plain), missing));
  }

  /** Does something with the entry that a path names, be it a link. */
  #to<T>(path: string, act: (plain: string) => MaybePromise<T>): MaybePromise<T> {
    return run(this.#attempt([path], false, ([plain = path]) => act(plain)));
  }

  #toBoth<T>(one: string, other: string, act: (one: string, other: string) => MaybePromise<T>): MaybePromise<T> {
    return run(this.#attempt([one, other], false, ([plain = one, plainOther = other]) => act(plain, plainOther)));
  }

  /** As the system does: the file has to be there before anything of its other name is looked at. */
  *#addName(source: string, path: string): Steps<void> {
    if ((yield* lookFor(this.resolved, source)) === undefined)
      throw createFileSystemError("ENOENT", { syscall: "link", path: source });
    yield* wait(this.#to(path, (plain) => this.resolved.link(source, plain)));
  }

  /** A link to a directory is one that is there already. */
  *#makeDirectories(path: string, make: (plain: string) => MaybePromise<void>): Steps<void> {
    if ((yield* lookFor(this.resolved, path))?.type !== "symlink") return yield* wait(make(path));
    const { type } = yield* wait(this.stat(path));
    if (type !== "directory") throw createFileSystemError("EEXIST", { syscall: "mkdir", path });
  }

  *#attempt<T>(
    paths: readonly string[],
    last: boolean,
    act: (plain: readonly string[]) => MaybePromise<T>,
    missing = false,
  ): Steps<T> {
    for (const path of paths) assertPath(path);
    try {
      return yield* wait(act(paths));
    } catch (error) {
      if (errnoCodeOfError(error) !== "ELOOP") throw error;
    }
    const plain: string[] = [];
    for (const path of paths) plain.push(yield* followLinks(this.resolved, path, last, missing));
    return yield* wait(act(plain));
  }
}
