import {
  createFileSystemError,
  type DirectoryEntry,
  type ErrnoCode,
  errnoCodeOfError,
  type FileChange,
  type FileStat,
  type FileSystemUsage,
  type FileWatch,
  type MakeDirectoryOptions,
  type MaybePromise,
  type OpenFile,
  type OpenFlags,
  type WriteFileOptions,
} from "@vivarium/core";
import { nameOf, parentOf } from "./guest-path.ts";
import { LayerDevices } from "./layer-devices.ts";
import { lookFor } from "./look-for.ts";
import { MADE_UP, MountGround, STAYS } from "./mount-ground.ts";
import type { MountTable } from "./mount-table.ts";
import type { ResolvedFiles } from "./resolved-files.ts";
import { type Steps, wait } from "./steps.ts";
import { ToldFile } from "./told-file.ts";
import { translated } from "./translate-error.ts";

type Act<T> = (files: ResolvedFiles, path: string) => MaybePromise<T>;

/** Several filesystems as one, for a caller that has resolved all links. */
export class MountedFiles implements ResolvedFiles {
  readonly name: string;
  readonly #table: MountTable;
  readonly #devices: LayerDevices = new LayerDevices();
  readonly #ground: MountGround;

  constructor(name: string, table: MountTable) {
    this.name = name;
    this.#table = table;
    this.#ground = new MountGround(table);
  }

  readFile(path: string): MaybePromise<Uint8Array> {
    return this.#file("open", path, (files, inside) => files.readFile(inside));
  }

  readTextFile(path: string): MaybePromise<string> {
    return this.#file("open", path, (files, inside) => files.readTextFile(inside));
  }

  readInto(path: string, target: Uint8Array): MaybePromise<number> {
    return this.#file("open", path, (files, inside) => files.readInto(inside, target));
  }

  pread(path: string, offset: number, length: number): MaybePromise<Uint8Array> {
    return this.#file("read", path, (files, inside) => files.pread(inside, offset, length));
  }

  writeFile(path: string, content: string | Uint8Array, options: WriteFileOptions = {}): MaybePromise<void> {
    const { parents = false, ...rest } = options;
    const mounted = this;
    return translated("open", path, function* () {
      if (parents) yield* mounted.#makeDirectories(parentOf(path), undefined);
      yield* wait(
        mounted.#new("open", path, "EISDIR", (files, inside) =>
          files.writeFile(inside, content, { ...rest, parents: false }),
        ),
      );
    });
  }

  pwrite(path: string, offset: number, data: Uint8Array): MaybePromise<void> {
    return this.#file("write", path, (files, inside) => files.pwrite(inside, offset, data));
  }

  truncate(path: string, size: number): MaybePromise<void> {
    return this.#file("truncate", path, (files, inside) => files.truncate(inside, size));
  }

  open(path: string, flags: OpenFlags, mode: number): MaybePromise<OpenFile> {
    const mounted = this;
    return translated("open", path, function* () {
      const { mount, path: inside } = yield* mounted.#ground.reach(path);
      const changes = flags.write || flags.create || flags.truncate;
      if (mounted.#table.isFixed(path) && changes) throw createFileSystemError("EISDIR");
      if (flags.create) yield* mounted.#ground.assertGround(path);
      const file = yield* wait(mount.files.open(inside, { ...flags, noFollow: true }, mode));
      return new ToldFile(file, (stat) => mounted.#devices.told(stat, mount.index));
    });
  }

  readDirWithTypes(path: string): MaybePromise<readonly DirectoryEntry[]> {
    return translated("scandir", path, () => this.#list(path));
  }

  readDir(path: string): MaybePromise<readonly string[]> {
    const mounted = this;
    return translated("scandir", path, function* () {
      return (yield* mounted.#list(path)).map(({ name }) => name);
    });
  }

  createDir(path: string): MaybePromise<void> {
    return this.mkdir(path);
  }

  mkdir(path: string, { recursive = false, ...options }: MakeDirectoryOptions = {}): MaybePromise<void> {
    if (recursive) return translated("mkdir", path, () => this.#makeDirectories(path, options.mode));
    return this.#new("mkdir", path, "EEXIST", (files, inside) => files.mkdir(inside, options));
  }

  removeFile(path: string): MaybePromise<void> {
    return this.#file("unlink", path, (files, inside) => files.removeFile(inside));
  }

  removeDir(path: string): MaybePromise<void> {
    return this.#movable("rmdir", path, (files, inside) => files.removeDir(inside));
  }

  rename(from: string, to: string): MaybePromise<void> {
    return this.#both("rename", from, to, "EBUSY", (files, inside, into) => files.rename(inside, into));
  }

  symlink(target: string, path: string): MaybePromise<void> {
    return this.#new("symlink", path, "EEXIST", (files, inside) => files.symlink(target, inside));
  }

  createSocket(path: string, mode: number): MaybePromise<void> {
    return this.#new("bind", path, "EEXIST", (files, inside) => files.createSocket(inside, mode));
  }

  readlink(path: string): MaybePromise<string> {
    const mounted = this;
    return translated("readlink", path, function* () {
      const { mount, path: inside } = yield* mounted.#ground.reach(path);
      if (mounted.#table.isFixed(path)) throw createFileSystemError("EINVAL");
      return yield* wait(mount.files.readlink(inside));
    });
  }

  link(existing: string, path: string): MaybePromise<void> {
    return this.#both("link", existing, path, "EPERM", (files, inside, into) => files.link(inside, into));
  }

  stat(path: string): MaybePromise<FileStat> {
    return this.#stat("stat", path, (files, inside) => files.stat(inside));
  }

  lstat(path: string): MaybePromise<FileStat> {
    return this.#stat("lstat", path, (files, inside) => files.lstat(inside));
  }

  statPlain(path: string): MaybePromise<FileStat | undefined> {
    const mounted = this;
    return translated("stat", path, function* () {
      const { mount, path: inside } = yield* mounted.#ground.reach(path);
      if (mounted.#table.isFixed(path)) return yield* wait(mounted.lstat(path));
      const stat = yield* wait(mount.files.statPlain(inside));
      return stat && mounted.#devices.told(stat, mount.index);
    });
  }

  exists(path: string): MaybePromise<boolean> {
    const mounted = this;
    return translated("access", path, function* () {
      try {
        return (yield* wait(mounted.lstat(path))).type !== "symlink";
      } catch (error) {
        if (errnoCodeOfError(error) !== undefined) return false;
        throw error;
      }
    });
  }

  realpath(path: string): MaybePromise<string> {
    const mounted = this;
    return translated("realpath", path, function* () {
      if ((yield* wait(mounted.lstat(path))).type === "symlink") throw createFileSystemError("ELOOP");
      return path;
    });
  }

  chmod(path: string, mode: number): MaybePromise<void> {
    return this.#at("chmod", path, (files, inside) => files.chmod(inside, mode));
  }

  chown(path: string, uid: number, gid: number): MaybePromise<void> {
    return this.#at("chown", path, (files, inside) => files.chown(inside, uid, gid));
  }

  lchown(path: string, uid: number, gid: number): MaybePromise<void> {
    return this.#at("lchown", path, (files, inside) => files.lchown(inside, uid, gid));
  }

  utimes(path: string, atimeMs: number, mtimeMs: number): MaybePromise<void> {
    return this.#at("utime", path, (files, inside) => files.utimes(inside, atimeMs, mtimeMs));
  }

  lutimes(path: string, atimeMs: number, mtimeMs: number): MaybePromise<void> {
    return this.#at("lutime", path, (files, inside) => files.lutimes(inside, atimeMs, mtimeMs));
  }

  usage(path = "/"): MaybePromise<FileSystemUsage> {
    return this.#at("statfs", path, (files, inside) => files.usage(inside));
  }

  watch(path: string, listener: (change: FileChange) => void): MaybePromise<FileWatch> {
    const tell = (change: FileChange): void => {
      listener({ ...change, name: change.name === "" ? nameOf(path) : change.name });
    };
    return this.#at("watch", path, (files, inside) => files.watch(inside, tell));
  }

  isReadOnly(path: string): MaybePromise<boolean> {
    const mounted = this;
    return translated("access", path, function* () {
      if (yield* mounted.#ground.isMadeUp(path)) return true;
      const { mount, path: inside } = mounted.#table.find(path);
      return yield* wait(mount.files.isReadOnly(inside));
    });
  }

  /** On a path that may be anything; a directory that is there for what is mounted beneath it cannot be changed. */
  #at<T>(syscall: string, path: string, act: Act<T>): MaybePromise<T> {
    const mounted = this;
    return translated(syscall, path, function* () {
      const { mount, path: inside } = yield* mounted.#ground.reach(path);
      if (yield* mounted.#ground.isMadeUp(path)) throw createFileSystemError("EROFS", { reason: MADE_UP });
      return yield* wait(act(mount.files, inside));
    });
  }

  /** On a path that has to be a file. */
  #file<T>(syscall: string, path: string, act: Act<T>): MaybePromise<T> {
    const mounted = this;
    return translated(syscall, path, function* () {
      const { mount, path: inside } = yield* mounted.#ground.reach(path);
      if (mounted.#table.isFixed(path)) throw createFileSystemError("EISDIR");
      return yield* wait(act(mount.files, inside));
    });
  }

  /** On a path where something is to be made. */
  #new<T>(syscall: string, path: string, there: ErrnoCode, act: Act<T>): MaybePromise<T> {
    const mounted = this;
    return translated(syscall, path, function* () {
      const { mount, path: inside } = yield* mounted.#ground.reach(path);
      if (mounted.#table.isFixed(path)) throw createFileSystemError(there);
      yield* mounted.#ground.assertGround(path);
      return yield* wait(act(mount.files, inside));
    });
  }

  /** On a directory that is to go. */
  #movable<T>(syscall: string, path: string, act: Act<T>): MaybePromise<T> {
    const mounted = this;
    return translated(syscall, path, function* () {
      const { mount, path: inside } = yield* mounted.#ground.reach(path);
      mounted.#ground.assertMovable(path);
      return yield* wait(act(mount.files, inside));
    });
  }

  /** On two paths, which have to lie in one filesystem. */
  #both(
    syscall: string,
    from: string,
    to: string,
    fixed: ErrnoCode,
    act: (files: ResolvedFiles, inside: string, into: string) => MaybePromise<void>,
  ): MaybePromise<void> {
    const mounted = this;
    return translated(syscall, from, function* () {
      const source = yield* mounted.#ground.reach(from);
      const target = yield* mounted.#ground.reach(to);
      if (mounted.#table.isFixed(from)) throw createFileSystemError(fixed, { reason: STAYS });
      if (mounted.#table.isFixed(to)) throw createFileSystemError(fixed === "EBUSY" ? "EBUSY" : "EEXIST");
      yield* mounted.#ground.assertGround(to);
      if (source.mount !== target.mount) {
        yield* wait(mounted.lstat(from));
        throw createFileSystemError("EXDEV");
      }
      yield* wait(act(source.mount.files, source.path, target.path));
    });
  }

  #stat(syscall: string, path: string, act: Act<FileStat>): MaybePromise<FileStat> {
    const mounted = this;
    return translated(syscall, path, function* () {
      const { mount, path: inside } = yield* mounted.#ground.reach(path);
      if (yield* mounted.#ground.isMadeUp(path)) return mounted.#ground.madeUpStat();
      return mounted.#devices.told(yield* wait(act(mount.files, inside)), mount.index);
    });
  }

  *#list(path: string): Steps<readonly DirectoryEntry[]> {
    const { mount, path: inside } = yield* this.#ground.reach(path);
    const names = this.#table.namesIn(path);
    const isMadeUp = names !== undefined && (yield* this.#ground.isMadeUp(path));
    const entries = isMadeUp ? [] : yield* wait(mount.files.readDirWithTypes(inside));
    if (names === undefined) return entries;
    const above = [...names].map((name): DirectoryEntry => ({ name, type: "directory" }));
    return [...entries.filter(({ name }) => !names.has(name)), ...above];
  }

  *#makeDirectories(path: string, mode: number | undefined): Steps<void> {
    const stat = yield* lookFor(this, path);
    if (stat === undefined) {
      yield* this.#makeDirectories(parentOf(path), mode);
      yield* wait(this.mkdir(path, mode === undefined ? {} : { mode }));
      return;
    }
    if (stat.type === "symlink") throw createFileSystemError("ELOOP");
    if (stat.type !== "directory") throw createFileSystemError("EEXIST");
  }
}
