import { type FileSystemCase, fileSystemCases } from "@vivarium/conformance";
import type { FileSystem } from "@vivarium/core";
import { createInMemoryFileSystem, type InMemoryFileSystem } from "@vivarium/memfs";
import { describe, expect, it } from "vitest";

interface Mutation {
  /** What is wrong with the filesystem. */
  readonly wrong: string;
  readonly mutate: (right: InMemoryFileSystem) => Partial<FileSystem>;
}

/** Wrong in the verbs that a filesystem may lack; those that it must have are broken in the suite's own tests. */
const mutations: readonly Mutation[] = [
  { wrong: "lstat follows", mutate: (right) => ({ lstat: (path) => right.stat(path) }) },
  { wrong: "stat does not follow", mutate: (right) => ({ stat: (path) => right.lstat(path) }) },
  { wrong: "statPlain follows", mutate: (right) => ({ statPlain: (path) => right.stat(path) }) },
  { wrong: "statPlain knows nothing", mutate: () => ({ statPlain: () => undefined }) },
  { wrong: "readlink answers a path", mutate: (right) => ({ readlink: (path) => right.realpath(path) }) },
  {
    wrong: "symlink tidies its target",
    mutate: (right) => ({ symlink: (target, path) => right.symlink(target.replaceAll("//", "/"), path) }),
  },
  { wrong: "createSocket makes a file", mutate: (right) => ({ createSocket: (path) => right.writeFile(path, "") }) },
  { wrong: "realpath answers what it was given", mutate: () => ({ realpath: (path) => path }) },
  {
    wrong: "removeFile follows",
    mutate: (right) => ({ removeFile: (path) => right.removeFile(right.realpath(path)) }),
  },
  { wrong: "link copies", mutate: (right) => ({ link: (from, to) => right.writeFile(to, right.readFile(from)) }) },
  {
    wrong: "stat counts one link always",
    mutate: (right) => ({ stat: (path) => ({ ...right.stat(path), nlink: 1 }) }),
  },
  { wrong: "every inode has one number", mutate: (right) => ({ stat: (path) => ({ ...right.stat(path), ino: 1 }) }) },
  { wrong: "chmod does nothing", mutate: () => ({ chmod: () => {} }) },
  {
    wrong: "mkdir forgets the mode",
    mutate: (right) => ({ mkdir: (path, options) => right.mkdir(path, { recursive: options?.recursive ?? false }) }),
  },
  {
    wrong: "chown follows a link where lchown must not",
    mutate: (right) => ({ lchown: (path, uid, gid) => right.chown(path, uid, gid) }),
  },
  {
    wrong: "utimes takes seconds",
    mutate: (right) => ({ utimes: (path, atime, mtime) => right.utimes(path, atime * 1000, mtime * 1000) }),
  },
  {
    wrong: "utimes mixes its times up",
    mutate: (right) => ({ utimes: (path, atime, mtime) => right.utimes(path, mtime, atime) }),
  },
  {
    wrong: "lutimes follows",
    mutate: (right) => ({ lutimes: (path, atime, mtime) => right.utimes(path, atime, mtime) }),
  },
  {
    wrong: "truncate never lengthens",
    mutate: (right) => ({ truncate: (path, size) => right.truncate(path, Math.min(size, right.stat(path).size)) }),
  },
  {
    wrong: "readInto tells how much it has read",
    mutate: (right) => ({ readInto: (path, target) => Math.min(right.readInto(path, target), target.length) }),
  },
  {
    wrong: "readInto reads nothing",
    mutate: (right) => ({ readInto: (path) => right.stat(path).size }),
  },
  {
    wrong: "pread ignores its offset",
    mutate: (right) => ({ pread: (path, _offset, length) => right.pread(path, 0, length) }),
  },
  {
    wrong: "pwrite appends",
    mutate: (right) => ({ pwrite: (path, _offset, data) => right.pwrite(path, right.stat(path).size, data) }),
  },
  {
    wrong: "open always truncates",
    mutate: (right) => ({ open: (path, flags, mode) => right.open(path, { ...flags, truncate: flags.write }, mode) }),
  },
  {
    wrong: "open never appends",
    mutate: (right) => ({ open: (path, flags, mode) => right.open(path, { ...flags, append: false }, mode) }),
  },
  {
    wrong: "open is never exclusive",
    mutate: (right) => ({ open: (path, flags, mode) => right.open(path, { ...flags, exclusive: false }, mode) }),
  },
  {
    wrong: "open always follows",
    mutate: (right) => ({ open: (path, flags, mode) => right.open(path, { ...flags, noFollow: false }, mode) }),
  },
  {
    wrong: "open lets everybody write",
    mutate: (right) => ({
      open: (path, flags, mode) =>
        right.open(
          path,
          right.exists(path) && right.stat(path).type === "directory" ? flags : { ...flags, write: true },
          mode,
        ),
    }),
  },
  {
    wrong: "open makes files unasked",
    mutate: (right) => ({ open: (path, flags, mode) => right.open(path, { ...flags, create: flags.write }, mode) }),
  },
  { wrong: "an open file is its path", mutate: openByPath },
  {
    wrong: "usage never changes",
    mutate: (right) => ({
      usage: (
        (usage) => () =>
          usage
      )(right.usage()),
    }),
  },
  { wrong: "exists throws", mutate: (right) => ({ exists: (path) => Boolean(right.stat(path)) }) },
];

/** Opens nothing: each call goes by the path, as a driver without descriptors would do it. */
function openByPath(right: InMemoryFileSystem): Partial<FileSystem> {
  return {
    open: (path, flags, mode) => {
      right.open(path, flags, mode).close();
      return {
        stat: () => right.stat(path),
        read: (buffer, position) => {
          const part = right.pread(path, position, buffer.length);
          buffer.set(part);
          return part.length;
        },
        write: (data, position) => {
          right.pwrite(path, flags.append ? right.stat(path).size : position, data);
          return data.length;
        },
        truncate: (size) => right.truncate(path, size),
        chmod: (bits) => right.chmod(path, bits),
        chown: (uid, gid) => right.chown(path, uid, gid),
        utimes: (atime, mtime) => right.utimes(path, atime, mtime),
        sync: () => {},
        close: () => {},
      };
    },
  };
}

/** The filesystem with some of its verbs replaced. */
function createMutant(mutate: Mutation["mutate"]): FileSystem {
  const right = createInMemoryFileSystem();
  const wrong = mutate(right);
  return new Proxy(right, {
    get: (_, verb) => {
      const member: unknown = Reflect.get(wrong, verb) ?? Reflect.get(right, verb);
      return typeof member === "function" ? member.bind(right) : member;
    },
  });
}

async function passes(one: FileSystemCase, filesystem: FileSystem): Promise<boolean> {
  try {
    await one.run({ fs: filesystem as Required<FileSystem>, at: (path) => `/${path}` });
    return true;
  } catch {
    return false;
  }
}

describe("the suite that createInMemoryFileSystem() passes", () => {
  it.each(mutations)("fails it when $wrong", async ({ mutate }) => {
    const failures: string[] = [];
    for (const one of fileSystemCases) if (!(await passes(one, createMutant(mutate)))) failures.push(one.name);
    expect(failures).not.toEqual([]);
  });

  it("passes it as it is", async () => {
    for (const one of fileSystemCases)
      expect(
        await passes(
          one,
          createMutant(() => ({})),
        ),
        one.name,
      ).toBe(true);
  });
});
