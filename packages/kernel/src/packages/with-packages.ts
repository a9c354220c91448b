import {
  createFileSystemError,
  type DirectoryEntry,
  type FileSystem,
  isInPackages,
  isPromiseLike,
  type MaybePromise,
} from "@vivarium/core";
import type { PackageFileSystem } from "./package-file-system.ts";

/**
 * A filesystem with packages over it: what is at their paths is theirs, and theirs alone. It has the optional verbs that
 * `base` has, so that what the kernel stands in for stays the same; looks at links it always has.
 */
export function withPackages(base: FileSystem, packages: PackageFileSystem): FileSystem {
  const on = (path: string): FileSystem => (isInPackages(packages.tree, path) ? packages : base);
  return {
    ...(base.name !== undefined && { name: base.name }),
    ...lookingVerbs(packages, on),
    ...contentVerbs(base, packages, on),
    ...nameVerbs(base, on),
    ...attributeVerbs(base, on),
    isReadOnly: (path) => isInPackages(packages.tree, path) || (base.isReadOnly?.(path) ?? false),
    ...(base.watch !== undefined && {
      watch: (path, listener) => on(path).watch?.(path, listener) ?? fail("ENOSYS"),
    }),
    ...(base.usage !== undefined && { usage: (path?: string) => base.usage?.(path) ?? readOnly() }),
  };
}

type On = (path: string) => FileSystem;

function lookingVerbs(
  packages: PackageFileSystem,
  on: On,
): Pick<FileSystem, "stat" | "lstat" | "readlink" | "readDirWithTypes" | "statPlain"> {
  const { roots } = packages.tree;
  const withRoots = (told: readonly DirectoryEntry[]): readonly DirectoryEntry[] => [
    ...told.filter(({ name }) => !roots.includes(name)),
    ...roots.map((name): DirectoryEntry => ({ name, type: "directory" })),
  ];
  return {
    stat: (path) => on(path).stat(path),
    lstat: (path) => {
      const filesystem = on(path);
      return filesystem.lstat === undefined ? filesystem.stat(path) : filesystem.lstat(path);
    },
    readlink: (path) => on(path).readlink?.(path) ?? fail("EINVAL"),
    readDirWithTypes: (path) => {
      const told = on(path).readDirWithTypes(path);
      return path === "/" ? whenThere(told, withRoots) : told;
    },
    statPlain: (path) => on(path).statPlain?.(path),
  };
}

function contentVerbs(
  base: FileSystem,
  packages: PackageFileSystem,
  on: On,
): Pick<FileSystem, "readFile" | "writeFile" | "readInto" | "pread" | "pwrite" | "open" | "truncate"> {
  return {
    readFile: (path) => on(path).readFile(path),
    writeFile: (path, content, options) => on(path).writeFile(path, content, options),
    ...(base.readInto !== undefined && {
      readInto: (path: string, target: Uint8Array) => on(path).readInto?.(path, target) ?? readOnly(),
    }),
    ...(base.pread !== undefined && {
      pread: (path: string, offset: number, length: number) => on(path).pread?.(path, offset, length) ?? readOnly(),
    }),
    ...(base.pwrite !== undefined && {
      pwrite: (path: string, offset: number, data: Uint8Array) =>
        isInPackages(packages.tree, path) ? readOnly() : base.pwrite?.(path, offset, data),
    }),
    ...(base.open !== undefined && {
      open: (path, flags, mode) => on(path).open?.(path, flags, mode) ?? readOnly(),
    }),
    ...optional(base, on, "truncate"),
  };
}

function nameVerbs(
  base: FileSystem,
  on: On,
): Pick<
  FileSystem,
  "mkdir" | "createDir" | "removeFile" | "removeDir" | "rename" | "symlink" | "createSocket" | "link"
> {
  const both = (from: string, to: string): FileSystem => (on(from) === on(to) ? on(to) : fail("EXDEV"));
  return {
    mkdir: (path, options) => on(path).mkdir(path, options),
    ...optional(base, on, "createDir"),
    removeFile: (path) => on(path).removeFile(path),
    removeDir: (path) => on(path).removeDir(path),
    rename: (from, to) => both(from, to).rename(from, to),
    ...(base.symlink !== undefined && {
      symlink: (target: string, path: string) => (on(path) === base ? base.symlink?.(target, path) : readOnly()),
    }),
    ...(base.createSocket !== undefined && {
      createSocket: (path: string, mode: number) => (on(path) === base ? base.createSocket?.(path, mode) : readOnly()),
    }),
    ...(base.link !== undefined && {
      link: (existing: string, path: string) =>
        both(existing, path) === base ? base.link?.(existing, path) : readOnly(),
    }),
  };
}

function attributeVerbs(
  base: FileSystem,
  on: On,
): Pick<FileSystem, "chmod" | "chown" | "lchown" | "utimes" | "lutimes"> {
  return {
    ...optional(base, on, "chmod"),
    ...optional(base, on, "chown"),
    ...optional(base, on, "lchown"),
    ...optional(base, on, "utimes"),
    ...optional(base, on, "lutimes"),
  };
}

type ChangingVerb = "createDir" | "truncate" | "chmod" | "chown" | "lchown" | "utimes" | "lutimes";

/** A verb that changes something, of no use on packages. */
function optional(base: FileSystem, on: On, verb: ChangingVerb): Pick<FileSystem, ChangingVerb> {
  const method = base[verb] as ((path: string, ...more: never[]) => MaybePromise<void>) | undefined;
  if (method === undefined) return {};
  const guarded = (path: string, ...more: never[]): MaybePromise<void> =>
    on(path) === base ? method.call(base, path, ...more) : readOnly();
  return { [verb]: guarded } as Pick<FileSystem, ChangingVerb>;
}

function whenThere<T, R>(value: MaybePromise<T>, use: (value: T) => R): MaybePromise<R> {
  return isPromiseLike(value) ? Promise.resolve(value).then(use) : use(value as T);
}

function readOnly(): never {
  return fail("EROFS");
}

function fail(code: "EROFS" | "EXDEV" | "EINVAL" | "ENOSYS"): never {
  throw createFileSystemError(code);
}
