import { createInMemoryFileSystem, type InMemoryFileSystem } from "@vivarium/memfs";
import { describe, expect, it } from "vitest";
import { flags } from "./fixtures/open-flags.ts";

const codeOf = (attempt: () => unknown): unknown => {
  try {
    attempt();
  } catch (error) {
    return (error as { readonly code?: unknown }).code;
  }
  return undefined;
};

describe("createInMemoryFileSystem() in the hands of an embedder", () => {
  it("answers at once, and under await too", async () => {
    const filesystem = createInMemoryFileSystem();
    await filesystem.writeFile("/secret.txt", "top secret");
    expect(await filesystem.readTextFile("/secret.txt")).toBe("top secret");
    expect(filesystem.readFile("/secret.txt")).toBeInstanceOf(Uint8Array);
  });

  it("makes missing parents of a file, unless told not to", () => {
    const filesystem = createInMemoryFileSystem();
    filesystem.writeFile("/a/b/c.txt", "content");
    expect(filesystem.readDir("/a/b")).toEqual(["c.txt"]);
    expect(codeOf(() => filesystem.writeFile("/x/y.txt", "", { parents: false }))).toBe("ENOENT");
    expect(filesystem.exists("/x")).toBe(false);
    expect(codeOf(() => filesystem.writeFile("/a/b/c.txt/d", ""))).toBe("ENOTDIR");
  });

  it("tells errors as Node does", () => {
    const filesystem = createInMemoryFileSystem();
    filesystem.mkdir("/dir");
    const thrown = (attempt: () => unknown): unknown => {
      try {
        return attempt();
      } catch (error) {
        return { ...(error as Error), message: (error as Error).message };
      }
    };
    expect(thrown(() => filesystem.readFile("/missing"))).toEqual({
      code: "ENOENT",
      errno: -2,
      syscall: "open",
      path: "/missing",
      message: "ENOENT: no such file or directory, open '/missing'",
    });
    expect(thrown(() => filesystem.rename("/dir", "/dir/inside"))).toEqual({
      code: "EINVAL",
      errno: -22,
      syscall: "rename",
      path: "/dir",
      dest: "/dir/inside",
      message: "EINVAL: invalid argument, rename '/dir' -> '/dir/inside'",
    });
  });

  it("refuses modes, owners and times that are none, and changes nothing", () => {
    const filesystem = createInMemoryFileSystem();
    filesystem.writeFile("/a", "", { mode: 0o640 });
    const before = filesystem.stat("/a");
    const file = filesystem.open("/a", flags({ read: true }), 0);
    for (const none of [-2, 0.5, Number.NaN, Infinity]) {
      expect(codeOf(() => filesystem.chmod("/a", none))).toBe("EINVAL");
      expect(codeOf(() => file.chmod(none))).toBe("EINVAL");
      expect(codeOf(() => filesystem.writeFile("/b", "", { mode: none }))).toBe("EINVAL");
      expect(codeOf(() => filesystem.mkdir("/c", { mode: none }))).toBe("EINVAL");
      expect(codeOf(() => filesystem.chown("/a", none, 0))).toBe("EINVAL");
      expect(codeOf(() => filesystem.lchown("/a", 0, none))).toBe("EINVAL");
    }
    expect(codeOf(() => filesystem.chmod("/a", -1))).toBe("EINVAL");
    for (const none of [Number.NaN, Infinity]) {
      expect(codeOf(() => filesystem.utimes("/a", none, 0))).toBe("EINVAL");
      expect(codeOf(() => filesystem.lutimes("/a", 0, none))).toBe("EINVAL");
      expect(codeOf(() => file.utimes(none, none))).toBe("EINVAL");
    }
    expect(filesystem.stat("/a")).toEqual(before);
    expect(filesystem.readDir("/")).toEqual(["a"]);
    filesystem.chmod("/a", 0o100600);
    expect(filesystem.stat("/a").mode).toBe(0o600);
  });

  it("keeps the last time of a clock that stops telling one", () => {
    const answers = [1000, 1000, 2000];
    const filesystem = createInMemoryFileSystem({ now: () => answers.shift() ?? Number.NaN });
    filesystem.writeFile("/a", "");
    expect(filesystem.stat("/a").mtimeMs).toBe(2000);
  });

  it("refuses what is no content with a TypeError", () => {
    const filesystem = createInMemoryFileSystem();
    for (const content of [undefined, null, 5, {}, [1], new ArrayBuffer(1)]) {
      const write = (): unknown => filesystem.writeFile("/file", content as never);
      expect(write).toThrow(TypeError);
      expect(codeOf(write)).toBe("ERR_INVALID_ARG_TYPE");
    }
    expect(filesystem.exists("/file")).toBe(false);
  });

  it("keeps two filesystems apart", () => {
    const one = createInMemoryFileSystem();
    const other = createInMemoryFileSystem();
    one.writeFile("/file", "one");
    expect(other.readDir("/")).toEqual([]);
  });

  it("stores modes and owners, and lets them bar nothing: the checks of the runtime decide", () => {
    const filesystem = createInMemoryFileSystem({ uid: 42, gid: 43 });
    filesystem.mkdir("/dir", { mode: 0 });
    filesystem.writeFile("/dir/file", "content", { mode: 0 });
    expect(filesystem.readTextFile("/dir/file")).toBe("content");
    expect(filesystem.stat("/dir/file")).toMatchObject({ mode: 0, uid: 42, gid: 43 });
    filesystem.chown("/dir/file", -1, 7);
    expect(filesystem.stat("/dir/file")).toMatchObject({ uid: 42, gid: 7 });
  });
});

describe("paths of createInMemoryFileSystem()", () => {
  const verbs: ReadonlyArray<readonly [string, (filesystem: InMemoryFileSystem, path: string) => unknown]> = [
    ["readFile", (filesystem, path) => filesystem.readFile(path)],
    ["writeFile", (filesystem, path) => filesystem.writeFile(path, "")],
    ["writeFile without parents", (filesystem, path) => filesystem.writeFile(path, "", { parents: false })],
    ["mkdir", (filesystem, path) => filesystem.mkdir(path)],
    ["mkdir recursive", (filesystem, path) => filesystem.mkdir(path, { recursive: true })],
    ["stat", (filesystem, path) => filesystem.stat(path)],
    ["statPlain", (filesystem, path) => filesystem.statPlain(path)],
    ["readInto", (filesystem, path) => filesystem.readInto(path, new Uint8Array(1))],
    ["rename from", (filesystem, path) => filesystem.rename(path, "/to")],
    ["rename to", (filesystem, path) => filesystem.rename("/file", path)],
    ["link to", (filesystem, path) => filesystem.link("/file", path)],
    ["symlink", (filesystem, path) => filesystem.symlink("x", path)],
    ["open", (filesystem, path) => filesystem.open(path, flags({ write: true, create: true }), 0o644)],
    ["removeFile", (filesystem, path) => filesystem.removeFile(path)],
  ];
  const malformed = [
    "",
    "file",
    "./file",
    "//",
    "/file/",
    "//file",
    "/a//b",
    "/.",
    "/..",
    "/a/./b",
    "/file/..",
    "/a/../file",
    "/fi\0le",
    "/\ud800",
  ];

  it.each(verbs)("%s fails with EINVAL for one that is not absolute, normalised and well-formed", (_, verb) => {
    const filesystem = createInMemoryFileSystem();
    filesystem.writeFile("/file", "content");
    const before = filesystem.snapshot();
    for (const path of malformed)
      expect(
        codeOf(() => verb(filesystem, path)),
        JSON.stringify(path),
      ).toBe("EINVAL");
    for (const path of [undefined, null, 5, ["/file"]]) {
      expect(() => verb(filesystem, path as never)).toThrow(TypeError);
      expect(codeOf(() => verb(filesystem, path as never))).toBe("ERR_INVALID_ARG_TYPE");
    }
    expect(filesystem.snapshot()).toEqual(before);
  });

  it("fail with ENAMETOOLONG beyond 255 bytes of a name and 4095 of a path", () => {
    const filesystem = createInMemoryFileSystem();
    const directory = "/a".repeat(2047);
    filesystem.mkdir(directory, { recursive: true });
    expect(codeOf(() => filesystem.mkdir(`${directory}/b`))).toBe("ENAMETOOLONG");
    expect(codeOf(() => filesystem.stat(`/${"é".repeat(128)}`))).toBe("ENAMETOOLONG");
    expect(codeOf(() => filesystem.symlink("x".repeat(4096), "/link"))).toBe("ENAMETOOLONG");
  });

  it("of symbolic links are resolved a component at a time", () => {
    const filesystem = createInMemoryFileSystem();
    filesystem.mkdir("/a/b", { recursive: true });
    filesystem.writeFile("/a/file", "in a");
    filesystem.writeFile("/file", "in root");
    filesystem.symlink("/a/b", "/link");
    filesystem.symlink("link/../file", "/through");
    filesystem.symlink("../../../../file", "/above-root");
    filesystem.symlink("file/..", "/below-file");
    expect(filesystem.readTextFile("/through")).toBe("in a");
    expect(filesystem.readTextFile("/above-root")).toBe("in root");
    expect(codeOf(() => filesystem.stat("/below-file"))).toBe("ENOTDIR");
    expect(filesystem.realpath("/through")).toBe("/a/file");
    expect(filesystem.realpath("/")).toBe("/");
  });

  it("may pass forty links and no more", () => {
    const filesystem = createInMemoryFileSystem();
    filesystem.writeFile("/0", "content");
    for (let index = 1; index <= 41; index += 1) filesystem.symlink(`${index - 1}`, `/${index}`);
    expect(filesystem.readTextFile("/40")).toBe("content");
    expect(codeOf(() => filesystem.readFile("/41"))).toBe("ELOOP");
  });
});

describe("the root of createInMemoryFileSystem()", () => {
  it("cannot be removed, replaced, moved or made", () => {
    const filesystem = createInMemoryFileSystem();
    filesystem.mkdir("/dir");
    expect(codeOf(() => filesystem.removeDir("/"))).toBe("EBUSY");
    expect(codeOf(() => filesystem.rename("/", "/dir/root"))).toBe("EBUSY");
    expect(codeOf(() => filesystem.rename("/dir", "/"))).toBe("EBUSY");
    expect(codeOf(() => filesystem.mkdir("/"))).toBe("EEXIST");
    expect(codeOf(() => filesystem.removeFile("/"))).toBe("EISDIR");
    expect(codeOf(() => filesystem.link("/", "/link"))).toBe("EPERM");
    filesystem.mkdir("/", { recursive: true });
    expect(filesystem.readDir("/")).toEqual(["dir"]);
  });
});

describe("stat() of createInMemoryFileSystem()", () => {
  it("counts the links of a directory: its name, its dot, and the parents of its children", () => {
    const filesystem = createInMemoryFileSystem();
    expect(filesystem.stat("/").nlink).toBe(2);
    filesystem.mkdir("/a/b", { recursive: true });
    filesystem.writeFile("/a/file", "");
    expect([filesystem.stat("/").nlink, filesystem.stat("/a").nlink, filesystem.stat("/a/b").nlink]).toEqual([3, 3, 2]);
    filesystem.rename("/a/b", "/b");
    expect([filesystem.stat("/").nlink, filesystem.stat("/a").nlink]).toEqual([4, 2]);
    filesystem.removeDir("/b");
    expect(filesystem.stat("/").nlink).toBe(3);
  });

  it("never gives the number of an open file to another", () => {
    const filesystem = createInMemoryFileSystem();
    filesystem.writeFile("/a", "");
    const file = filesystem.open("/a", flags({ read: true }), 0);
    filesystem.removeFile("/a");
    for (let index = 0; index < 10; index += 1) filesystem.writeFile(`/${index}`, "");
    const taken = filesystem.readDir("/").map((name) => filesystem.stat(`/${name}`).ino);
    expect(taken).not.toContain(file.stat().ino);
    file.close();
  });

  it("tells the four times of POSIX", () => {
    let time = 0;
    const filesystem = createInMemoryFileSystem({ now: () => time });
    const tick = (action: () => unknown): void => {
      time += 1;
      action();
    };
    const times = (path: string): number[] => {
      const { atimeMs, mtimeMs, ctimeMs, birthtimeMs } = filesystem.lstat(path);
      return [atimeMs, mtimeMs, ctimeMs, birthtimeMs];
    };
    tick(() => filesystem.writeFile("/file", "content"));
    expect([times("/file"), times("/")]).toEqual([
      [1, 1, 1, 1],
      [0, 1, 1, 0],
    ]);
    tick(() => filesystem.readFile("/file"));
    expect(times("/file")).toEqual([2, 1, 1, 1]);
    tick(() => filesystem.pwrite("/file", 0, Uint8Array.of(1)));
    expect(times("/file")).toEqual([2, 3, 3, 1]);
    tick(() => filesystem.chmod("/file", 0o600));
    expect(times("/file")).toEqual([2, 3, 4, 1]);
    tick(() => filesystem.link("/file", "/again"));
    expect([times("/file"), times("/")]).toEqual([
      [2, 3, 5, 1],
      [0, 5, 5, 0],
    ]);
    tick(() => filesystem.removeFile("/again"));
    expect([times("/file"), times("/")]).toEqual([
      [2, 3, 6, 1],
      [0, 6, 6, 0],
    ]);
    tick(() => filesystem.utimes("/file", 0.125, 0.25));
    expect(times("/file")).toEqual([0.125, 0.25, 7, 1]);
    tick(() => filesystem.rename("/file", "/moved"));
    expect([times("/moved"), times("/")]).toEqual([
      [0.125, 0.25, 8, 1],
      [0, 8, 8, 0],
    ]);
    tick(() => filesystem.readDir("/"));
    expect(times("/")).toEqual([9, 8, 8, 0]);
    tick(() => filesystem.truncate("/moved", 1));
    expect(times("/moved")).toEqual([0.125, 10, 10, 1]);
  });
});

describe("open() of createInMemoryFileSystem()", () => {
  it("gives a file that fails with EBADF once it is closed; closing twice is no error", () => {
    const filesystem = createInMemoryFileSystem();
    const file = filesystem.open("/file", flags({ read: true, write: true, create: true }), 0o644);
    file.close();
    file.close();
    const attempts = [
      () => file.stat(),
      () => file.read(new Uint8Array(1), 0),
      () => file.write(new Uint8Array(1), 0),
      () => file.truncate(0),
      () => file.chmod(0),
      () => file.chown(0, 0),
      () => file.utimes(0, 0),
      () => file.sync(),
    ];
    for (const attempt of attempts) expect(codeOf(attempt)).toBe("EBADF");
  });

  it("fails with EINVAL for a position or a size that cannot be", () => {
    const filesystem = createInMemoryFileSystem();
    const file = filesystem.open("/file", flags({ read: true, write: true, create: true }), 0o644);
    for (const wrong of [-1, 0.5, Number.NaN, Infinity, 2 ** 60]) {
      expect(codeOf(() => file.read(new Uint8Array(1), wrong))).toBe("EINVAL");
      expect(codeOf(() => file.write(new Uint8Array(1), wrong))).toBe("EINVAL");
      expect(codeOf(() => file.truncate(wrong))).toBe("EINVAL");
      expect(codeOf(() => filesystem.pread("/file", wrong, 1))).toBe("EINVAL");
      expect(codeOf(() => filesystem.pread("/file", 0, wrong))).toBe("EINVAL");
    }
    file.close();
  });

  it("shows zeros, never what memory held before, where nothing was written", () => {
    const filesystem = createInMemoryFileSystem();
    filesystem.writeFile("/file", "s".repeat(5000));
    filesystem.truncate("/file", 10);
    filesystem.truncate("/file", 3000);
    filesystem.pwrite("/file", 6000, Uint8Array.of(1));
    expect(
      filesystem
        .readFile("/file")
        .subarray(10, 6000)
        .every((byte) => byte === 0),
    ).toBe(true);
  });
});
