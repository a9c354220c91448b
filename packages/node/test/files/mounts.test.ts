import { describeFileSystem, fileSystemCases } from "@vivarium/conformance";
import type { FileSystem, MaybePromise } from "@vivarium/core";
import { createInMemoryFileSystem } from "@vivarium/memfs";
import { describe, expect, it } from "vitest";
import { reading } from "../../src/files/host-content.ts";
import { createMountedFileSystem, createNodeDriver, NodeFileSystem } from "../../src/index.ts";
import { makeHostFolder } from "./fixtures/host-folder.ts";
import { createMinimalDriver } from "./fixtures/minimal-driver.ts";

const memory = createInMemoryFileSystem;

describeFileSystem("createMountedFileSystem(), beside what is mounted", () => {
  const root = memory();
  root.mkdir("/suite");
  return { filesystem: createMountedFileSystem({ "/": root, "/mnt/data": memory() }), directory: "/suite" };
});

describeFileSystem("createMountedFileSystem(), in what is mounted within a mount", () => {
  const inner = memory();
  inner.mkdir("/suite");
  const filesystem = createMountedFileSystem({ "/mnt/data": memory(), "/mnt/data/deep/inner": inner });
  return { filesystem, directory: "/mnt/data/deep/inner/suite" };
});

describeFileSystem(
  "createMountedFileSystem(), in a directory of the host",
  () => {
    const folder = makeHostFolder();
    const filesystem = createMountedFileSystem({ "/": memory(), "/data": new NodeFileSystem({ root: folder.root }) });
    return { filesystem, directory: "/data", [Symbol.asyncDispose]: async () => folder[Symbol.dispose]() };
  },
  { owners: process.getuid?.() === 0, sockets: false },
);

describe("A driver with the required verbs alone, where it is mounted", () => {
  const standIns: readonly (string | undefined)[] = [
    "openFiles",
    "positions",
    "truncation",
    "readingInto",
    "text",
    "nameLists",
    "createDir",
    "existence",
    "realPaths",
    undefined,
  ];
  // Who works by path loses what has no path any more.
  const byPath = /keeps working after|mode and times can be set|each other's writes/;
  const cases = fileSystemCases.filter(
    ({ name, needs = [undefined] }) => needs.every((need) => standIns.includes(need)) && !byPath.test(name),
  );

  it.each(cases)("$name", async ({ run }) => {
    const filesystem = createMountedFileSystem({ "/": createMinimalDriver() }) as Required<FileSystem>;
    await run({ fs: filesystem, at: (path) => `/${path}` });
  });

  it("refuses by name what it cannot do, and that of others is not touched by it", async () => {
    const files = createMountedFileSystem({ "/": memory(), "/least": createMinimalDriver() }) as Required<FileSystem>;
    await files.writeFile("/least/file", "content");
    for (const act of [
      () => files.symlink("file", "/least/link"),
      () => files.link("/least/file", "/least/link"),
      () => files.chmod("/least/file", 0o600),
      () => files.utimes("/least/file", 1, 1),
      () => files.usage("/least"),
    ]) {
      expect(await codeOf(act)).toBe("ENOSYS");
    }
    await files.symlink("least/file", "/link");
    expect(await files.readTextFile("/link")).toBe("content");
    const file = await files.open("/least/file", reading, 0);
    await files.rename("/least/file", "/least/moved");
    await files.writeFile("/least/file", "another");
    expect(await codeOf(() => file.read(new Uint8Array(7), 0))).toBe("EIO");
  });
});

describe("createMountedFileSystem()", () => {
  function make(): { files: Required<FileSystem>; root: FileSystem; data: FileSystem } {
    const root = memory();
    const data = memory();
    root.writeFile("/own/file", "of the root");
    root.writeFile("/mnt/data/covered", "of the root");
    data.writeFile("/file", "of the data");
    const mounts = { "/": root, "/mnt/data": data, "/made/up/tmp": memory() };
    return { files: createMountedFileSystem(mounts) as Required<FileSystem>, root, data };
  }
  const names = async (files: FileSystem, path: string): Promise<string[]> =>
    (await files.readDirWithTypes(path)).map(({ name, type }) => `${type} ${name}`).sort();

  it("shows mount points, and the directories above them, among the entries", async () => {
    const { files } = make();
    expect(await names(files, "/")).toEqual(["directory made", "directory mnt", "directory own"]);
    expect(await names(files, "/mnt")).toEqual(["directory data"]);
    expect(await names(files, "/mnt/data")).toEqual(["file file"]);
    expect(await names(files, "/made")).toEqual(["directory up"]);
    expect(await names(files, "/made/up/tmp")).toEqual([]);
    for (const path of ["/made", "/made/up", "/made/up/tmp", "/mnt/data", "/"]) {
      expect((await files.lstat(path)).type).toBe("directory");
      expect((await files.statPlain(path))?.type).toBe("directory");
      expect(await files.exists(path)).toBe(true);
    }
  });

  it("covers what lies where something is mounted, and what is no directory on the way there", async () => {
    const root = memory();
    root.writeFile("/a", "a file");
    root.symlink("/", "/b");
    root.writeFile("/x", "x");
    const files = createMountedFileSystem({ "/": root, "/a/b": memory(), "/b/c": memory() }) as Required<FileSystem>;
    expect(await names(files, "/")).toEqual(["directory a", "directory b", "file x"]);
    for (const path of ["/a/x", "/b/x", "/b/x/y"]) expect(await codeOf(() => files.lstat(path))).toBe("ENOENT");
    expect(await codeOf(() => files.readFile("/a"))).toBe("EISDIR");
    expect(await codeOf(() => files.readlink("/b"))).toBe("EINVAL");
    await files.writeFile("/a/b/file", "new");
    expect(root.readTextFile("/a")).toBe("a file");
  });

  it("moves and links nothing from one filesystem into another", async () => {
    const { files } = make();
    expect(await codeOf(() => files.rename("/own/file", "/mnt/data/file"))).toBe("EXDEV");
    expect(await codeOf(() => files.rename("/own", "/mnt/data/own"))).toBe("EXDEV");
    expect(await codeOf(() => files.link("/mnt/data/file", "/own/link"))).toBe("EXDEV");
    expect(await codeOf(() => files.rename("/own/missing", "/mnt/data/file"))).toBe("ENOENT");
    expect(await files.readTextFile("/mnt/data/file")).toBe("of the data");
  });

  it("keeps mount points, and directories above them, where they are", async () => {
    const { files } = make();
    for (const path of ["/mnt/data", "/mnt", "/made", "/made/up/tmp", "/"]) {
      expect(await codeOf(() => files.removeDir(path)), path).toBe("EBUSY");
      expect(await codeOf(() => files.rename(path, "/elsewhere")), path).toBe("EBUSY");
      expect(await codeOf(() => files.rename("/own", path)), path).toBe("EBUSY");
      expect(await codeOf(() => files.removeFile(path)), path).toBe("EISDIR");
      expect(await codeOf(() => files.mkdir(path)), path).toBe("EEXIST");
      expect(await codeOf(() => files.symlink("x", path)), path).toBe("EEXIST");
      expect(await codeOf(() => files.writeFile(path, "x")), path).toBe("EISDIR");
    }
    await files.mkdir("/made/up/tmp", { recursive: true });
    await files.mkdir("/made/up/tmp/a/b", { recursive: true });
    expect(await names(files, "/made/up/tmp")).toEqual(["directory a"]);
  });

  it("makes nothing in a directory that no filesystem has", async () => {
    const { files, root } = make();
    for (const act of [
      () => files.writeFile("/made/file", "x"),
      () => files.mkdir("/made/dir"),
      () => files.mkdir("/made/up/dir/sub", { recursive: true }),
      () => files.symlink("x", "/made/link"),
      () => files.rename("/own/file", "/made/file"),
      () => files.open("/made/file", { ...reading, write: true, create: true }, 0o644),
      () => files.chmod("/made", 0o700),
    ]) {
      expect(await codeOf(act)).toBe("EROFS");
    }
    expect(await root.exists?.("/made")).toBe(false);
  });

  it("has symbolic links lead through the whole, from its own root", async () => {
    const { files, data } = make();
    await files.symlink("/own/file", "/mnt/data/absolute");
    await files.symlink("../../own", "/mnt/data/up");
    expect(await files.readTextFile("/mnt/data/absolute")).toBe("of the root");
    expect(await files.readTextFile("/mnt/data/up/file")).toBe("of the root");
    expect(await files.realpath("/mnt/data/up")).toBe("/own");
    expect(await codeOf(() => data.readFile("/absolute"))).toBe("ENOENT");
  });

  it("tells files of different filesystems apart", async () => {
    const { files } = make();
    const one = await files.stat("/own");
    const other = await files.stat("/mnt/data");
    const file = await files.open("/mnt/data/file", reading, 0);
    expect(one.dev).not.toBe(other.dev);
    expect((await file.stat()).dev).toBe(other.dev);
    expect(await codeOf(() => files.readFile("/mnt/data/missing"))).toBe("ENOENT");
    await expect((async () => files.readFile("/mnt/data/missing"))()).rejects.toThrow("'/mnt/data/missing'");
  });

  it.each([["data"], ["/data/"], ["/a/../b"], ["//a"], ["/a\0"]])("refuses %j as a mount point", (point) => {
    expect(() => createMountedFileSystem({ [point]: memory() })).toThrow(
      expect.objectContaining({ code: "ERR_INVALID_OPTION" }),
    );
  });

  it("refuses what is no filesystem, and two for one place", () => {
    const wrong = [
      () => createMountedFileSystem({ "/a": {} as FileSystem }),
      () => createNodeDriver({ mounts: { "/a": {} as FileSystem } }),
    ];
    for (const act of wrong) expect(act).toThrow(expect.objectContaining({ code: "ERR_INVALID_DRIVER" }));
    expect(() => createNodeDriver({ filesystem: memory(), mounts: { "/": memory() } })).toThrow(
      expect.objectContaining({ code: "ERR_INVALID_OPTION" }),
    );
  });

  it("is what createNodeDriver({ mounts }) has, with an empty root where there is none", async () => {
    const { filesystem } = createNodeDriver({ mounts: { "/data": memory() } });
    expect(await names(filesystem as FileSystem, "/")).toEqual(["directory data"]);
    expect(await codeOf(() => filesystem?.mkdir("/other"))).toBe("EROFS");
  });
});

async function codeOf(act: () => MaybePromise<unknown>): Promise<unknown> {
  try {
    return { answer: await act() };
  } catch (error) {
    return (error as { readonly code?: unknown }).code;
  }
}
