import { expect } from "vitest";
import { expectCode, expectContent, expectEntries, expectMissing, makeFull } from "./expectations.ts";
import type { FileSystemCase } from "./file-system-case.ts";

/** Directories, and what is removed. */
export const directoryCases: readonly FileSystemCase[] = [
  {
    name: "mkdir makes an empty directory",
    async run(bench) {
      await bench.fs.mkdir(bench.at("dir"));
      expect((await bench.fs.stat(bench.at("dir"))).type).toBe("directory");
      await expectEntries(bench, "dir", {});
    },
  },
  {
    name: "mkdir fails with EEXIST, ENOENT, ENOTDIR",
    async run(bench) {
      const { fs, at } = bench;
      await makeFull(bench, "dir");
      await expectCode(() => fs.mkdir(at("dir")), "EEXIST");
      await expectCode(() => fs.mkdir(at("dir/file.txt")), "EEXIST");
      await expectCode(() => fs.mkdir(at("missing/dir")), "ENOENT");
      await expectCode(() => fs.mkdir(at("dir/file.txt/dir")), "ENOTDIR");
      await expectMissing(bench, "missing");
      await expectEntries(bench, "dir", { "file.txt": "file" });
    },
  },
  {
    name: "mkdir recursive makes every missing directory, and leaves what exists",
    async run(bench) {
      const { fs, at } = bench;
      await makeFull(bench, "a");
      await fs.mkdir(at("a/b/c"), { recursive: true });
      await fs.mkdir(at("a/b/c"), { recursive: true });
      await expectEntries(bench, "a", { "file.txt": "file", b: "directory" });
      await expectEntries(bench, "a/b", { c: "directory" });
    },
  },
  {
    name: "mkdir recursive fails with EEXIST on a file, ENOTDIR below one",
    async run(bench) {
      const { fs, at } = bench;
      await fs.writeFile(at("file.txt"), "content");
      await expectCode(() => fs.mkdir(at("file.txt"), { recursive: true }), "EEXIST");
      await expectCode(() => fs.mkdir(at("file.txt/a/b"), { recursive: true }), "ENOTDIR");
      await expectContent(bench, "file.txt", "content");
    },
  },
  {
    name: "createDir makes one directory",
    needs: ["createDir"],
    async run(bench) {
      const { fs, at } = bench;
      await fs.createDir(at("dir"));
      await expectEntries(bench, "", { dir: "directory" });
      await expectCode(() => fs.createDir(at("dir")), "EEXIST");
      await expectCode(() => fs.createDir(at("missing/dir")), "ENOENT");
    },
  },
  {
    name: "readDirWithTypes lists the direct children, without . and ..",
    async run(bench) {
      await makeFull(bench, "dir");
      await bench.fs.mkdir(bench.at("dir/sub"));
      await bench.fs.writeFile(bench.at("dir/sub/deep.txt"), "");
      await expectEntries(bench, "dir", { "file.txt": "file", sub: "directory" });
    },
  },
  {
    name: "readDirWithTypes lists every one of three hundred entries, once",
    async run(bench) {
      const names = Array.from({ length: 300 }, (_, index) => `file-${index}`);
      for (const name of names) await bench.fs.writeFile(bench.at(name), "");
      await expectEntries(bench, "", Object.fromEntries(names.map((name) => [name, "file"] as const)));
    },
  },
  {
    name: "readDirWithTypes fails with ENOENT, ENOTDIR",
    async run({ fs, at }) {
      await fs.writeFile(at("file.txt"), "");
      await expectCode(() => fs.readDirWithTypes(at("missing")), "ENOENT");
      await expectCode(() => fs.readDirWithTypes(at("file.txt")), "ENOTDIR");
    },
  },
  {
    name: "readDir lists names",
    needs: ["nameLists"],
    async run(bench) {
      await makeFull(bench, "dir");
      await bench.fs.mkdir(bench.at("dir/sub"));
      expect([...(await bench.fs.readDir(bench.at("dir")))].sort()).toEqual(["file.txt", "sub"]);
      await expectCode(() => bench.fs.readDir(bench.at("missing")), "ENOENT");
    },
  },
  {
    name: "exists tells what is there, and never fails",
    needs: ["existence"],
    async run(bench) {
      await makeFull(bench, "dir");
      const { fs, at } = bench;
      expect(await fs.exists(at("dir"))).toBe(true);
      expect(await fs.exists(at("dir/file.txt"))).toBe(true);
      expect(await fs.exists(at("missing"))).toBe(false);
      expect(await fs.exists(at("dir/file.txt/below"))).toBe(false);
    },
  },
  {
    name: "removeFile removes a file, and nothing else",
    async run(bench) {
      await makeFull(bench, "dir");
      await bench.fs.writeFile(bench.at("dir/other.txt"), "other");
      await bench.fs.removeFile(bench.at("dir/file.txt"));
      await expectEntries(bench, "dir", { "other.txt": "file" });
      await expectMissing(bench, "dir/file.txt");
      await expectContent(bench, "dir/other.txt", "other");
    },
  },
  {
    name: "removeFile fails with ENOENT, ENOTDIR, and EISDIR or EPERM on a directory",
    async run(bench) {
      const { fs, at } = bench;
      await makeFull(bench, "dir");
      await fs.mkdir(at("empty"));
      await expectCode(() => fs.removeFile(at("missing")), "ENOENT");
      await expectCode(() => fs.removeFile(at("dir/file.txt/below")), "ENOTDIR");
      await expectCode(() => fs.removeFile(at("dir")), "EISDIR", "EPERM");
      await expectCode(() => fs.removeFile(at("empty")), "EISDIR", "EPERM");
      await expectEntries(bench, "", { dir: "directory", empty: "directory" });
    },
  },
  {
    name: "removeDir removes an empty directory",
    async run(bench) {
      await bench.fs.mkdir(bench.at("dir"));
      await bench.fs.removeDir(bench.at("dir"));
      await expectEntries(bench, "", {});
      await expectMissing(bench, "dir");
    },
  },
  {
    name: "removeDir fails with ENOTEMPTY, ENOENT, ENOTDIR",
    async run(bench) {
      const { fs, at } = bench;
      await makeFull(bench, "dir");
      await expectCode(() => fs.removeDir(at("dir")), "ENOTEMPTY");
      await expectCode(() => fs.removeDir(at("missing")), "ENOENT");
      await expectCode(() => fs.removeDir(at("dir/file.txt")), "ENOTDIR");
      await expectContent(bench, "dir/file.txt", "in dir");
    },
  },
];
