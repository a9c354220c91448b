import { createFileSystemError, type FileStat, type MaybePromise, type OpenFile, type OpenFlags } from "@vivarium/core";
import { lookFor } from "./look-for.ts";
import type { ResolvedFiles } from "./resolved-files.ts";
import { run, type Steps, wait } from "./steps.ts";

/** The verbs by which an open file can be stood in for. */
export type PathVerbs = Pick<
  ResolvedFiles,
  "lstat" | "pread" | "pwrite" | "truncate" | "chmod" | "chown" | "utimes" | "writeFile"
>;

/** Opens what is at a path, or makes a file there, as `open(2)` does, for a driver that opens no files itself. */
export function* openByPath(files: PathVerbs, path: string, flags: OpenFlags, mode: number): Steps<OpenFile> {
  const found = yield* lookFor(files, path);
  if (found === undefined) {
    if (!flags.create) throw createFileSystemError("ENOENT", { path });
    yield* wait(files.writeFile(path, new Uint8Array(0), { mode, parents: false }));
    return new PathOpenFile(files, path, flags, yield* wait(files.lstat(path)));
  }
  if (flags.create && flags.exclusive) throw createFileSystemError("EEXIST", { path });
  if (found.type === "symlink") throw createFileSystemError("ELOOP", { path });
  if (found.type === "directory") {
    if (flags.write || flags.create || flags.truncate) throw createFileSystemError("EISDIR", { path });
  } else if (flags.directory) throw createFileSystemError("ENOTDIR", { path });
  if (flags.truncate) yield* wait(files.truncate(path, 0));
  return new PathOpenFile(files, path, flags, found);
}

/** An open file by path: it fails with `EIO` once that leads to something else than what was opened. */
class PathOpenFile implements OpenFile {
  readonly #files: PathVerbs;
  readonly #path: string;
  readonly #flags: OpenFlags;
  readonly #opened: FileStat;

  constructor(files: PathVerbs, path: string, flags: OpenFlags, opened: FileStat) {
    this.#files = files;
    this.#path = path;
    this.#flags = flags;
    this.#opened = opened;
  }

  stat(): MaybePromise<FileStat> {
    return run(this.#confirm());
  }

  read(buffer: Uint8Array, position: number): MaybePromise<number> {
    return this.#act(this.#flags.read, function* (files, path) {
      const bytes = yield* wait(files.pread(path, position, buffer.byteLength));
      const some = bytes.subarray(0, buffer.byteLength);
      buffer.set(some);
      return some.byteLength;
    });
  }

  write(data: Uint8Array, position: number): MaybePromise<number> {
    const { append, write } = this.#flags;
    return this.#act(write, function* (files, path, { size }) {
      yield* wait(files.pwrite(path, append ? size : position, data));
      return data.byteLength;
    });
  }

  truncate(size: number): MaybePromise<void> {
    return this.#act(this.#flags.write, (files, path) => wait(files.truncate(path, size)));
  }

  chmod(mode: number): MaybePromise<void> {
    return this.#act(true, (files, path) => wait(files.chmod(path, mode)));
  }

  chown(uid: number, gid: number): MaybePromise<void> {
    return this.#act(true, (files, path) => wait(files.chown(path, uid, gid)));
  }

  utimes(atimeMs: number, mtimeMs: number): MaybePromise<void> {
    return this.#act(true, (files, path) => wait(files.utimes(path, atimeMs, mtimeMs)));
  }

  sync(): void {
    // What has been written is with the driver.
  }

  close(): void {
    // Nothing is held.
  }

  #act<T>(isAllowed: boolean, act: (files: PathVerbs, path: string, stat: FileStat) => Steps<T>): MaybePromise<T> {
    return run(this.#confirmed(isAllowed, act));
  }

  *#confirmed<T>(isAllowed: boolean, act: (files: PathVerbs, path: string, stat: FileStat) => Steps<T>): Steps<T> {
    if (!isAllowed) throw createFileSystemError("EBADF", { path: this.#path });
    return yield* act(this.#files, this.#path, yield* this.#confirm());
  }

  *#confirm(): Steps<FileStat> {
    const { ino, dev, type } = this.#opened;
    const stat = yield* lookFor(this.#files, this.#path);
    if (stat?.ino === ino && stat.dev === dev && stat.type === type) return stat;
    throw createFileSystemError("EIO", { path: this.#path, reason: "another file is there by now" });
  }
}
