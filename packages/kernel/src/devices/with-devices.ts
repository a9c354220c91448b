import {
  createFileSystemError,
  type DirectoryEntry,
  errnoCodeOfError,
  type FileStat,
  type FileSystem,
  isPromiseLike,
  type MaybePromise,
} from "@vivarium/core";
import type { DescriptorLinks } from "./descriptor-links.ts";
import { deviceDirectories, deviceKinds, isDevicePath, isInDevices } from "./device-names.table.ts";
import { deviceStat } from "./device-stat.ts";

type Verb = (...args: never[]) => unknown;

/** Verbs on one path that would change a device, or take what it is for the content of a file. */
const refused: Readonly<Record<string, "EPERM" | "EEXIST" | "ENXIO" | "EINVAL" | "ENOSYS">> = {
  readFile: "ENXIO",
  writeFile: "ENXIO",
  readTextFile: "ENXIO",
  readInto: "ENXIO",
  pread: "ENXIO",
  pwrite: "ENXIO",
  truncate: "EINVAL",
  open: "ENXIO",
  mkdir: "EEXIST",
  createDir: "EEXIST",
  createSocket: "EEXIST",
  removeFile: "EPERM",
  removeDir: "EPERM",
  chmod: "EPERM",
  chown: "EPERM",
  lchown: "EPERM",
  utimes: "EPERM",
  lutimes: "EPERM",
  watch: "ENOSYS",
};

/**
 * A filesystem with devices over it, whatever it has at their paths. It has the verbs that `base` has, so that what the
 * kernel stands in for stays the same. Opening a device is the kernel's own matter.
 */
export function withDevices(base: FileSystem, links: DescriptorLinks): FileSystem {
  const verbs: Record<string, Verb | string> = base.name === undefined ? {} : { name: base.name };
  for (const [name, code] of Object.entries(refused)) {
    const verb = base[name as keyof FileSystem] as Verb | undefined;
    if (verb !== undefined) verbs[name] = (...args) => (isOn(args[0]) ? fail(code) : verb.apply(base, args));
  }
  for (const name of ["rename", "link"] as const) {
    const verb = base[name] as Verb | undefined;
    if (verb !== undefined) {
      verbs[name] = (...args) => (isOn(args[0]) || isOn(args[1]) ? fail("EPERM") : verb.apply(base, args));
    }
  }
  const { symlink, usage, isReadOnly } = base;
  if (symlink !== undefined) {
    verbs["symlink"] = (target: string, path: string) =>
      isDevicePath(path) ? fail("EEXIST") : symlink.call(base, target, path);
  }
  if (usage !== undefined) verbs["usage"] = (path?: string) => usage.call(base, path);
  if (isReadOnly !== undefined) {
    verbs["isReadOnly"] = (path: string) => !deviceKinds.has(path) && isReadOnly.call(base, path);
  }
  return { ...(verbs as Partial<FileSystem>), ...lookingVerbs(base, links) } as FileSystem;
}

function lookingVerbs(
  base: FileSystem,
  links: DescriptorLinks,
): Pick<FileSystem, "stat" | "lstat" | "statPlain" | "readlink" | "readDirWithTypes"> {
  const { statPlain } = base;
  const linkAt = (path: string): FileStat | undefined => (isInDevices(path) ? links.statOf(path) : undefined);
  return {
    stat: (path) => (isDevicePath(path) ? look(base, path) : base.stat(path)),
    lstat: (path) => {
      if (isDevicePath(path)) return look(base, path);
      return linkAt(path) ?? (base.lstat === undefined ? base.stat(path) : base.lstat(path));
    },
    readlink: (path) => {
      if (isDevicePath(path)) return fail("EINVAL");
      return links.targetOf(path) ?? (base.readlink === undefined ? fail("EINVAL") : base.readlink(path));
    },
    ...(statPlain !== undefined && {
      statPlain: (path: string) => {
        if (isDevicePath(path)) return look(base, path);
        // Where there is a link, it is for the kernel to follow.
        return linkAt(path) === undefined ? statPlain.call(base, path) : undefined;
      },
    }),
    readDirWithTypes: (path) => (deviceDirectories.has(path) ? list(base, path, links) : base.readDirWithTypes(path)),
  };
}

/** A device is known; a directory of devices is the one that the filesystem has, if it has one. */
function look(base: FileSystem, path: string): MaybePromise<FileStat> {
  if (deviceKinds.has(path)) return deviceStat(path);
  return orElse(
    () => base.lstat?.(path) ?? base.stat(path),
    (stat) => (stat?.type === "directory" ? stat : deviceStat(path)),
  );
}

function list(base: FileSystem, path: string, links: DescriptorLinks): MaybePromise<readonly DirectoryEntry[]> {
  const own = [...devicesIn(path), ...(path === DESCRIPTORS ? linksTold(links) : [])];
  const names = new Set(own.map(({ name }) => name));
  return orElse(
    () => base.readDirWithTypes(path),
    (told) => [...(told ?? []).filter(({ name }) => !names.has(name)), ...own],
  );
}

const DESCRIPTORS = "/dev/fd";

function linksTold(links: DescriptorLinks): readonly DirectoryEntry[] {
  return links.names().map((name) => ({ name, type: "symlink" }));
}

function devicesIn(directory: string): readonly DirectoryEntry[] {
  const paths = [...deviceDirectories, ...deviceKinds.keys()].filter(
    (path) => path.slice(0, path.lastIndexOf("/")) === directory,
  );
  return paths.map((path) => ({ name: path.slice(directory.length + 1), type: deviceStat(path).type }));
}

/** What becomes of an answer, or of `undefined` where a filesystem has no such directory. */
function orElse<T, R>(ask: () => MaybePromise<T>, tell: (answer: T | undefined) => R): MaybePromise<R> {
  const absent = (error: unknown): R => {
    const code = errnoCodeOfError(error);
    if (code !== "ENOENT" && code !== "ENOTDIR" && code !== "ELOOP") throw error;
    return tell(undefined);
  };
  let answer: MaybePromise<T>;
  try {
    answer = ask();
  } catch (error) {
    return absent(error);
  }
  return isPromiseLike(answer) ? Promise.resolve(answer).then(tell, absent) : tell(answer as T);
}

function isOn(path: unknown): boolean {
  return typeof path === "string" && isDevicePath(path);
}

function fail(code: "EPERM" | "EEXIST" | "ENXIO" | "EINVAL" | "ENOSYS"): never {
  throw createFileSystemError(code);
}
