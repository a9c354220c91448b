import { createFileSystemError, type FileSystem, type MaybePromise } from "@vivarium/core";
import { openByPath } from "./path-open-file.ts";
import { refuseLinks } from "./refuse-links.ts";
import type { ResolvedFiles } from "./resolved-files.ts";
import { run, type Steps, wait } from "./steps.ts";

/** A whole file is rewritten to change a part of it; beyond this size that is no honest emulation. */
const WHOLE_FILE_MAX_BYTES = 256 * 1024 * 1024;
const utf8 = new TextDecoder("utf-8", { ignoreBOM: true });

/**
 * A driver with every verb: those that it lacks are made of those that it has, where that is honest, and fail with `ENOSYS`
 * elsewhere. It is for callers that have resolved all links: none is followed.
 */
export function completeDriver(driver: FileSystem): ResolvedFiles {
  const files = driver.resolved ?? driver;
  const lstat = files.lstat?.bind(files) ?? files.stat.bind(files);
  const bound = {
    name: driver.name ?? "filesystem",
    lstat,
    readFile: files.readFile.bind(files),
    writeFile: files.writeFile.bind(files),
    readDirWithTypes: files.readDirWithTypes.bind(files),
    mkdir: files.mkdir.bind(files),
    stat: files.stat.bind(files),
    removeFile: files.removeFile.bind(files),
    removeDir: files.removeDir.bind(files),
    rename: files.rename.bind(files),
    createDir: files.createDir?.bind(files) ?? ((path: string) => files.mkdir(path)),
    ...contentVerbs(files),
    ...lookingVerbs(files, lstat),
    symlink: files.symlink?.bind(files) ?? missing,
    createSocket: files.createSocket?.bind(files) ?? missing,
    readlink: files.readlink?.bind(files) ?? missing,
    link: files.link?.bind(files) ?? missing,
    chmod: files.chmod?.bind(files) ?? missing,
    chown: files.chown?.bind(files) ?? missing,
    lchown: files.lchown?.bind(files) ?? missing,
    utimes: files.utimes?.bind(files) ?? missing,
    lutimes: files.lutimes?.bind(files) ?? missing,
    usage: files.usage?.bind(files) ?? missing,
    isReadOnly: files.isReadOnly?.bind(files) ?? (() => false),
    watch: files.watch?.bind(files) ?? missing,
  };
  const open: ResolvedFiles["open"] =
    files.open?.bind(files) ?? ((path, flags, mode) => run(openByPath(bound, path, flags, mode)));
  const complete = { ...bound, open };
  return driver.resolved === undefined && driver.lstat !== undefined ? refuseLinks(complete) : complete;
}

function missing(): never {
  throw createFileSystemError("ENOSYS");
}

/** Verbs that tell what is there. */
function lookingVerbs(
  files: FileSystem,
  lstat: ResolvedFiles["lstat"],
): Pick<ResolvedFiles, "readDir" | "exists" | "realpath" | "statPlain"> {
  function* exists(path: string): Steps<boolean> {
    try {
      return (yield* wait(lstat(path))).type !== "symlink";
    } catch {
      return false;
    }
  }
  function* realpath(path: string): Steps<string> {
    if ((yield* wait(lstat(path))).type === "symlink") throw createFileSystemError("ELOOP", { path });
    return path;
  }
  function* readDir(path: string): Steps<readonly string[]> {
    return (yield* wait(files.readDirWithTypes(path))).map(({ name }) => name);
  }
  return {
    readDir: files.readDir?.bind(files) ?? ((path) => run(readDir(path))),
    exists: files.exists?.bind(files) ?? ((path) => run(exists(path))),
    realpath: files.realpath?.bind(files) ?? ((path) => run(realpath(path))),
    // It cannot be known without asking about every component, which is what its caller does then.
    statPlain: files.statPlain?.bind(files) ?? (() => undefined),
  };
}

/** Verbs that read or write a part of a file. */
function contentVerbs(
  files: FileSystem,
): Pick<ResolvedFiles, "readTextFile" | "readInto" | "pread" | "pwrite" | "truncate"> {
  function* rewrite(path: string, size: (before: number) => number, data: Uint8Array, at: number): Steps<void> {
    const before = yield* wait(files.readFile(path));
    const after = new Uint8Array(bounded(size(before.byteLength)));
    after.set(before.subarray(0, after.byteLength));
    after.set(data, at);
    yield* wait(files.writeFile(path, after, { parents: false }));
  }
  function read<T>(path: string, tell: (content: Uint8Array) => T): MaybePromise<T> {
    return run(
      (function* () {
        return tell(yield* wait(files.readFile(path)));
      })(),
    );
  }
  return {
    readTextFile: files.readTextFile?.bind(files) ?? ((path) => read(path, (content) => utf8.decode(content))),
    readInto:
      files.readInto?.bind(files) ??
      ((path, target) =>
        read(path, (content) => {
          target.set(content.subarray(0, target.byteLength));
          return content.byteLength;
        })),
    pread:
      files.pread?.bind(files) ??
      ((path, offset, length) => read(path, (content) => content.slice(offset, offset + length))),
    pwrite:
      files.pwrite?.bind(files) ??
      ((path, offset, data) =>
        run(rewrite(path, (before) => Math.max(before, offset + data.byteLength), data, offset))),
    truncate: files.truncate?.bind(files) ?? ((path, size) => run(rewrite(path, () => size, new Uint8Array(0), 0))),
  };
}

function bounded(size: number): number {
  if (size > WHOLE_FILE_MAX_BYTES) throw createFileSystemError("EFBIG");
  return size;
}
