import { createFileSystemError, type FileStat, type PackageDirectory, type PackageTree } from "@vivarium/core";
import { describe, expect, test } from "vitest";
import { PackageFileSystem } from "../src/packages/package-file-system.ts";
import { decodePackages, encodePackages } from "../src/packages/package-wire.ts";

const stat = (type: FileStat["type"], size = 0): FileStat => ({
  type,
  mode: 0o444,
  size,
  nlink: 1,
  uid: 0,
  gid: 0,
  ino: 7,
  dev: 3,
  atimeMs: 1.5,
  mtimeMs: 2,
  ctimeMs: 3,
  birthtimeMs: 4,
  blksize: 4096,
  blocks: 8,
});

const directory = (name: string) => ({ name, type: "directory", stat: stat("directory") }) as const;

const directories: readonly PackageDirectory[] = [
  { path: "/", entries: [directory("node_modules")] },
  {
    path: "/node_modules",
    entries: [
      directory("a"),
      { name: "link", type: "symlink", stat: stat("symlink"), target: "/node_modules/a" },
      { name: "nowhere", type: "symlink", stat: stat("symlink"), target: "/node_modules/none" },
    ],
  },
  { path: "/node_modules/a", entries: [directory("lib"), { name: "a.d.ts", type: "file" }] },
  {
    path: "/node_modules/a/lib",
    entries: [{ name: "x.js", type: "file", stat: stat("file", 1), content: new Uint8Array([120]) }],
  },
];

/** Tells of a package with what is beneath it, and notes what it is asked. */
function treeWith(asked: string[]): PackageTree {
  return {
    roots: ["node_modules"],
    directories(path) {
      asked.push(path);
      const isPackage = path === "/node_modules/a";
      const told = directories.filter((one) => one.path === path || (isPackage && one.path.startsWith(`${path}/`)));
      if (told.length === 0) throw createFileSystemError("ENOENT");
      return decodePackages(encodePackages(told));
    },
    stat(path) {
      asked.push(`stat ${path}`);
      return stat("file", 9);
    },
    readFile(path) {
      asked.push(`read ${path}`);
      return new Uint8Array(9);
    },
  };
}

test("a tree is asked once for a package, whatever of it is looked for, there or not", () => {
  const asked: string[] = [];
  const files = new PackageFileSystem(treeWith(asked));
  expect(files.typeOf("/node_modules/a/lib/x.js")).toBe("file");
  for (const name of ["y.js", "y.json", "x.js/deeper", "y/z"]) {
    expect(files.typeOf(`/node_modules/a/lib/${name}`)).toBe(undefined);
  }
  expect(files.lstat("/node_modules/a/lib/x.js")).toEqual({ ...stat("file", 1) });
  expect(files.readFile("/node_modules/a/lib/x.js")).toEqual(new Uint8Array([120]));
  expect(asked).toEqual(["/", "/node_modules", "/node_modules/a"]);
});

test("of a directory that grows, one that reads through another sees what has come since", () => {
  const entries = [directory("first")];
  const host = new PackageFileSystem({
    ...treeWith([]),
    directories: (path) => [
      path === "/" ? { path, entries: [directory("node_modules")] } : { path, entries: [...entries], isGrowing: true },
    ],
  });
  const cell = new PackageFileSystem({ ...treeWith([]), directories: (path) => host.directories(path) });
  expect(cell.typeOf("/node_modules/first")).toBe("directory");
  expect(cell.typeOf("/node_modules/second")).toBe(undefined);
  entries.push(directory("second"));
  expect(cell.typeOf("/node_modules/second")).toBe("directory");
  expect(cell.readDirWithTypes("/node_modules")).toHaveLength(2);
});

test("what it has not told of a file it is asked once", () => {
  const asked: string[] = [];
  const files = new PackageFileSystem(treeWith(asked));
  for (let look = 0; look < 3; look += 1) {
    expect(files.lstat("/node_modules/a/a.d.ts").size).toBe(9);
    expect(files.readFile("/node_modules/a/a.d.ts").byteLength).toBe(9);
  }
  expect(asked.slice(3)).toEqual(["stat /node_modules/a/a.d.ts", "read /node_modules/a/a.d.ts"]);
});

test("links are followed where that is asked for, and end what a walk without links can tell", () => {
  const files = new PackageFileSystem(treeWith([]));
  expect(files.typeOf("/node_modules/link/lib/x.js")).toBe("file");
  expect(files.typeOf("/node_modules/link")).toBe("directory");
  expect(files.typeOf("/node_modules/nowhere/x.js")).toBe(undefined);
  expect(files.statPlain("/node_modules/link")).toBe(undefined);
  expect(files.statPlain("/node_modules/link/lib")).toBe(undefined);
  expect(files.readlink("/node_modules/link")).toBe("/node_modules/a");
});

test("what it has learnt it tells of with the contents that were read", () => {
  const files = new PackageFileSystem(treeWith([]));
  files.readFile("/node_modules/a/a.d.ts");
  const [a, lib] = files.directories("/node_modules/a");
  expect(lib?.path).toBe("/node_modules/a/lib");
  expect(a?.entries).toContainEqual({ name: "a.d.ts", type: "file", content: new Uint8Array(9) });
});

test.each(["", "relative", "/node_modules/../etc", "/node_modules//a", "/node_modules/a/"])(
  "a cell is told nothing of %j",
  (path) => {
    expect(() => new PackageFileSystem(treeWith([])).directories(path)).toThrow(
      expect.objectContaining({ code: "EINVAL" }),
    );
  },
);

describe("what is kept of a tree has a bound:", () => {
  /** Tells of each directory that is asked for, and notes what it is asked. */
  function endlessTree(asked: string[], content = new Uint8Array(0)): PackageTree {
    return {
      ...treeWith([]),
      directories(path) {
        asked.push(path);
        const entries = Array.from({ length: 300 }, (_, index) => ({ name: `${index}`, type: "file" as const }));
        if (path === "/") return [{ path, entries: [directory("node_modules")] }];
        if (path === "/node_modules/many")
          return Array.from({ length: 20_000 }, (_, index) => ({ path: `${path}/${index}`, entries: [] })).concat({
            path,
            entries: [],
          });
        const packages = [directory("a"), directory("many")];
        const loop = { name: "loop", type: "symlink", stat: stat("symlink"), target: "/node_modules/loop" } as const;
        return [{ path, entries: path === "/node_modules" ? [...packages, loop] : entries }];
      },
      readFile(path) {
        asked.push(path);
        return content;
      },
    };
  }

  test.each([
    ["a content of 256 KiB", 256 * 1024, 1],
    ["no content of more", 256 * 1024 + 1, 2],
  ])("%s", (_what, bytes, times) => {
    const asked: string[] = [];
    const files = new PackageFileSystem(endlessTree(asked, new Uint8Array(bytes)));
    for (let time = 0; time < 2; time += 1) files.readFile("/node_modules/a/0");
    expect(asked.filter((path) => path === "/node_modules/a/0")).toHaveLength(times);
  });

  test("32 MiB of contents", () => {
    const asked: string[] = [];
    const files = new PackageFileSystem(endlessTree(asked, new Uint8Array(256 * 1024)));
    for (let time = 0; time < 2; time += 1)
      for (let file = 0; file < 130; file += 1) files.readFile(`/node_modules/a/${file}`);
    expect(asked.filter((path) => path.startsWith("/node_modules/a/"))).toHaveLength(130 + 2);
  });

  test("20,000 directories; then it begins anew", () => {
    const asked: string[] = [];
    const files = new PackageFileSystem(endlessTree(asked));
    files.directories("/node_modules/many");
    files.directories("/node_modules/a");
    files.directories("/node_modules/many");
    const way = ["/", "/node_modules"];
    expect(asked).toEqual([...way, "/node_modules/many", "/node_modules/a", ...way, "/node_modules/many"]);
  });

  test("and so have the links that are followed", () => {
    expect(new PackageFileSystem(endlessTree([])).typeOf("/node_modules/loop")).toBeUndefined();
  });
});
