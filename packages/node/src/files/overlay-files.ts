import {
  createFileSystemError,
  type DirectoryEntry,
  errnoCodeOfError,
  type FileChange,
  type FileStat,
  type FileSystemUsage,
  type FileWatch,
  isPromiseLike,
  type MakeDirectoryOptions,
  type MaybePromise,
  type OpenFile,
  type OpenFlags,
  type WriteFileOptions,
} from "@vivarium/core";
import { BaseOpenFile, type Within } from "./base-open-file.ts";
import { copyUp } from "./copy-up.ts";
import { assertPath, parentOf } from "./guest-path.ts";
import { LayerDevices } from "./layer-devices.ts";
import { lookFor } from "./look-for.ts";
import * as content from "./overlay-content.ts";
import { type Found, find, isReserved, type Layers, list, need } from "./overlay-layers.ts";
import * as names from "./overlay-names.ts";
import { PathWatches } from "./path-watches.ts";
import type { ResolvedFiles } from "./resolved-files.ts";
import { type Steps, wait } from "./steps.ts";
import { ToldFile } from "./told-file.ts";
import { translated } from "./translate-error.ts";

const LAYER_NUMBERS = { upper: 0, lower: 1 } as const;

/** An overlay for a caller that has resolved all links. One call after the other: a change is made of several steps. */
export class OverlayFiles implements ResolvedFiles {
  readonly name: string;
  readonly #layers: Layers;
  readonly #devices: LayerDevices = new LayerDevices();
  readonly #watches: PathWatches = new PathWatches();
  /** Settles when the calls before are over; absent when they are. */
  #line: Promise<unknown> | undefined;

  constructor(name: string, layers: Layers) {
    this.name = name;
    this.#layers = layers;
  }

  readFile(path: string): MaybePromise<Uint8Array> {
    return this.#on("open", path, (layers) => content.readFrom(layers, path, (files) => files.readFile(path)));
  }

  readTextFile(path: string): MaybePromise<string> {
    return this.#on("open", path, (layers) => content.readFrom(layers, path, (files) => files.readTextFile(path)));
  }

  readInto(path: string, target: Uint8Array): MaybePromise<number> {
    return this.#on("open", path, (layers) => content.readFrom(layers, path, (files) => files.readInto(path, target)));
  }

  pread(path: string, offset: number, length: number): MaybePromise<Uint8Array> {
    const read = (files: Pick<ResolvedFiles, "pread">): MaybePromise<Uint8Array> => files.pread(path, offset, length);
    return this.#on("read", path, (layers) => content.readFrom(layers, path, read));
  }

  writeFile(path: string, data: string | Uint8Array, options: WriteFileOptions = {}): MaybePromise<void> {
    const { parents = false, ...rest } = options;
    const overlay = this;
    return this.#on("open", path, function* (layers) {
      if (parents) yield* names.makeDirectories(layers, parentOf(path), 0o777);
      yield* overlay.#telling(layers, path, content.replaceWhole(layers, path, data, rest));
    });
  }

  pwrite(path: string, offset: number, data: Uint8Array): MaybePromise<void> {
    const watches = this.#watches;
    return this.#on("write", path, function* (layers) {
      yield* content.toChange(layers, path);
      yield* wait(layers.upper.pwrite(path, offset, data));
      watches.tell("change", path);
    });
  }

  truncate(path: string, size: number): MaybePromise<void> {
    const watches = this.#watches;
    return this.#on("truncate", path, function* (layers) {
      yield* content.toChange(layers, path, size > 0);
      yield* wait(layers.upper.truncate(path, size));
      watches.tell("change", path);
    });
  }

  open(path: string, flags: OpenFlags, mode: number): MaybePromise<OpenFile> {
    const overlay = this;
    return this.#on("open", path, function* (layers) {
      const within: Within = (syscall, at, steps) => overlay.#on(syscall, at, steps);
      const opening = content.openFile(layers, path, flags, mode, within);
      const file = yield* flags.create || flags.truncate ? overlay.#telling(layers, path, opening) : opening;
      const layer = (): Found["layer"] => (file instanceof BaseOpenFile ? file.layer : "upper");
      const onChange = (): void => overlay.#watches.tell("change", path);
      return new ToldFile(file, (stat) => overlay.#told({ layer: layer(), stat }), onChange);
    });
  }

  readDirWithTypes(path: string): MaybePromise<readonly DirectoryEntry[]> {
    return this.#on("scandir", path, (layers) => listDirectory(layers, path));
  }

  readDir(path: string): MaybePromise<readonly string[]> {
    return this.#on("scandir", path, function* (layers) {
      return (yield* listDirectory(layers, path)).map(({ name }) => name);
    });
  }

  createDir(path: string): MaybePromise<void> {
    return this.mkdir(path);
  }

  mkdir(path: string, { recursive = false, mode = 0o777 }: MakeDirectoryOptions = {}): MaybePromise<void> {
    const watches = this.#watches;
    return this.#on("mkdir", path, function* (layers) {
      if (recursive) yield* names.makeDirectories(layers, path, mode);
      else {
        yield* names.prepareNew(layers, path);
        yield* wait(layers.upper.mkdir(path, { mode }));
      }
      watches.tell("rename", path);
    });
  }

  removeFile(path: string): MaybePromise<void> {
    return this.#renaming("unlink", [path], (layers) => names.removeFile(layers, path));
  }

  removeDir(path: string): MaybePromise<void> {
    return this.#renaming("rmdir", [path], (layers) => names.removeDirectory(layers, path));
  }

  rename(from: string, to: string): MaybePromise<void> {
    return this.#renaming("rename", [from, to], (layers) => {
      assertPath(to);
      return names.rename(layers, from, to);
    });
  }

  symlink(target: string, path: string): MaybePromise<void> {
    return this.#renaming("symlink", [path], function* (layers) {
      yield* names.prepareNew(layers, path);
      yield* wait(layers.upper.symlink(target, path));
    });
  }

  createSocket(path: string, mode: number): MaybePromise<void> {
    return this.#renaming("bind", [path], function* (layers) {
      yield* names.prepareNew(layers, path);
      yield* wait(layers.upper.createSocket(path, mode));
    });
  }

  readlink(path: string): MaybePromise<string> {
    return this.#on("readlink", path, (layers) => names.readlink(layers, path));
  }

  link(existing: string, path: string): MaybePromise<void> {
    const watches = this.#watches;
    return this.#on("link", existing, function* (layers) {
      assertPath(path);
      yield* names.link(layers, existing, path);
      watches.tell("rename", path);
    });
  }

  stat(path: string): MaybePromise<FileStat> {
    const overlay = this;
    return this.#on("stat", path, function* (layers) {
      const found = yield* need(layers, path);
      if (found.stat.type === "symlink") throw createFileSystemError("ELOOP");
      return overlay.#told(found);
    });
  }

  lstat(path: string): MaybePromise<FileStat> {
    const overlay = this;
    return this.#on("lstat", path, function* (layers) {
      return overlay.#told(yield* need(layers, path));
    });
  }

  statPlain(path: string): MaybePromise<FileStat | undefined> {
    const overlay = this;
    return this.#on("stat", path, function* ({ upper, lower, marks }) {
      if (isReserved(path)) return undefined;
      try {
        const above = yield* wait(upper.statPlain(path));
        if (above !== undefined) return overlay.#told({ layer: "upper", stat: above });
        // What is there all the same, a link is on the way to; or nobody can tell.
        if (marks.isDead(path) || (yield* lookFor(upper, path)) !== undefined) return undefined;
        const stat = yield* wait(lower.statPlain(path));
        return stat && overlay.#told({ layer: "lower", stat });
      } catch (error) {
        if (errnoCodeOfError(error) !== undefined) return undefined;
        throw error;
      }
    });
  }

  exists(path: string): MaybePromise<boolean> {
    return this.#on("access", path, function* (layers) {
      try {
        return (yield* need(layers, path)).stat.type !== "symlink";
      } catch (error) {
        if (errnoCodeOfError(error) !== undefined) return false;
        throw error;
      }
    });
  }

  realpath(path: string): MaybePromise<string> {
    return this.#on("realpath", path, function* (layers) {
      if ((yield* need(layers, path)).stat.type === "symlink") throw createFileSystemError("ELOOP");
      return path;
    });
  }

  chmod(path: string, mode: number): MaybePromise<void> {
    return this.#change("chmod", path, ({ chmod }) => chmod(path, mode));
  }

  chown(path: string, uid: number, gid: number): MaybePromise<void> {
    return this.#change("chown", path, ({ chown }) => chown(path, uid, gid));
  }

  lchown(path: string, uid: number, gid: number): MaybePromise<void> {
    return this.#change("lchown", path, ({ lchown }) => lchown(path, uid, gid));
  }

  utimes(path: string, atimeMs: number, mtimeMs: number): MaybePromise<void> {
    return this.#change("utime", path, ({ utimes }) => utimes(path, atimeMs, mtimeMs));
  }

  lutimes(path: string, atimeMs: number, mtimeMs: number): MaybePromise<void> {
    return this.#change("lutime", path, ({ lutimes }) => lutimes(path, atimeMs, mtimeMs));
  }

  usage(): MaybePromise<FileSystemUsage> {
    return this.#on("statfs", "/", ({ upper }) => wait(upper.usage("/")));
  }

  /** Tells of what changes through the overlay, which alone may change what it shows; a watch follows the path. */
  watch(path: string, listener: (change: FileChange) => void): MaybePromise<FileWatch> {
    const watches = this.#watches;
    return this.#on("watch", path, function* (layers) {
      if ((yield* need(layers, path)).stat.type === "symlink") throw createFileSystemError("ELOOP");
      return watches.add(path, listener);
    });
  }

  isReadOnly(): MaybePromise<boolean> {
    return this.#on("access", "/", ({ upper }) => wait(upper.isReadOnly("/")));
  }

  /** Runs a computation over both filesystems, as a call of its own. */
  within<T>(syscall: string, steps: (layers: Layers) => Steps<T>): MaybePromise<T> {
    return this.#on(syscall, "/", steps);
  }

  #change(syscall: string, path: string, act: (upper: ResolvedFiles) => MaybePromise<void>): MaybePromise<void> {
    const watches = this.#watches;
    return this.#on(syscall, path, function* (layers) {
      yield* copyUp(layers, path);
      yield* wait(act(layers.upper));
      watches.tell("change", path);
    });
  }

  /** Has names come or go. The first path is that of the call. */
  #renaming(
    syscall: string,
    paths: readonly [string, ...string[]],
    steps: (layers: Layers) => Steps<void>,
  ): MaybePromise<void> {
    const watches = this.#watches;
    return this.#on(syscall, paths[0], function* (layers) {
      yield* steps(layers);
      for (const path of paths) watches.tell("rename", path);
    });
  }

  /** Writes a file, and tells whether it is new. */
  *#telling<T>(layers: Layers, path: string, steps: Steps<T>): Steps<T> {
    const watches = this.#watches;
    if (!watches.any) return yield* steps;
    const isNew = (yield* find(layers, path)) === undefined;
    const value = yield* steps;
    if (isNew) watches.tell("rename", path);
    watches.tell("change", path);
    return value;
  }

  #told({ layer, stat }: Found): FileStat {
    return this.#devices.told(stat, LAYER_NUMBERS[layer]);
  }

  #on<T>(syscall: string, path: string, steps: (layers: Layers) => Steps<T>): MaybePromise<T> {
    const start = (): MaybePromise<T> =>
      translated(syscall, path, () => {
        assertPath(path);
        return this.#loaded(steps);
      });
    if (this.#line !== undefined) return this.#wait(this.#line.then(start));
    const answer = start();
    return isPromiseLike(answer) ? this.#wait(answer) : answer;
  }

  *#loaded<T>(steps: (layers: Layers) => Steps<T>): Steps<T> {
    yield* this.#layers.marks.load();
    return yield* steps(this.#layers);
  }

  /** Has the calls that come wait for this one. */
  #wait<T>(answer: Promise<T>): Promise<T> {
    const line = answer.then(
      () => undefined,
      () => undefined,
    );
    this.#line = line;
    line.then(() => {
      if (this.#line === line) this.#line = undefined;
    });
    return answer;
  }
}

function* listDirectory(layers: Layers, path: string): Steps<readonly DirectoryEntry[]> {
  const found = yield* need(layers, path);
  if (found.stat.type === "symlink") throw createFileSystemError("ELOOP");
  if (found.stat.type !== "directory") throw createFileSystemError("ENOTDIR");
  return yield* list(layers, path, found);
}
