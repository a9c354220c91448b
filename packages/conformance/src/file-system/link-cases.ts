import { expect } from "vitest";
import { expectCode, expectContent, expectEntries, expectMissing, makeFull } from "./expectations.ts";
import type { FileSystemCase } from "./file-system-case.ts";

/** Symbolic links: the kernel has resolved every component but the last. */
const symbolicLinkCases: readonly FileSystemCase[] = [
  {
    name: "symlink stores its target as it is given",
    async run({ fs, at }) {
      for (const [index, target] of ["file.txt", "../up//./x/", "/absolute", "missing", "👋"].entries()) {
        await fs.symlink(target, at(`link-${index}`));
        expect(await fs.readlink(at(`link-${index}`))).toBe(target);
      }
    },
  },
  {
    name: "symlink fails with EEXIST, ENOENT, ENOTDIR",
    async run({ fs, at }) {
      await fs.writeFile(at("file.txt"), "");
      await fs.symlink("missing", at("dangling"));
      await expectCode(() => fs.symlink("x", at("file.txt")), "EEXIST");
      await expectCode(() => fs.symlink("x", at("dangling")), "EEXIST");
      await expectCode(() => fs.symlink("x", at("missing/link")), "ENOENT");
      await expectCode(() => fs.symlink("x", at("file.txt/link")), "ENOTDIR");
    },
  },
  {
    name: "readlink fails with EINVAL on what is no link, ENOENT",
    async run({ fs, at }) {
      await fs.writeFile(at("file.txt"), "");
      await fs.mkdir(at("dir"));
      await expectCode(() => fs.readlink(at("file.txt")), "EINVAL");
      await expectCode(() => fs.readlink(at("dir")), "EINVAL");
      await expectCode(() => fs.readlink(at("missing")), "ENOENT");
    },
  },
  {
    name: "stat and readFile follow a link, lstat does not",
    async run(bench) {
      const { fs, at } = bench;
      await fs.writeFile(at("file.txt"), "content");
      await fs.symlink("file.txt", at("link"));
      expect((await fs.stat(at("link"))).type).toBe("file");
      await expectContent(bench, "link", "content");
      const link = await fs.lstat(at("link"));
      expect([link.type, link.size]).toEqual(["symlink", "file.txt".length]);
      expect((await fs.lstat(at("file.txt"))).type).toBe("file");
      await expectCode(() => fs.lstat(at("missing")), "ENOENT");
    },
  },
  {
    name: "writeFile writes what a link names, and makes what a dangling one names",
    async run(bench) {
      const { fs, at } = bench;
      await fs.writeFile(at("file.txt"), "old");
      await fs.symlink("file.txt", at("link"));
      await fs.symlink("made.txt", at("dangling"));
      await fs.writeFile(at("link"), "new");
      await fs.writeFile(at("dangling"), "made");
      await expectContent(bench, "file.txt", "new");
      await expectContent(bench, "made.txt", "made");
      expect((await fs.lstat(at("link"))).type).toBe("symlink");
    },
  },
  {
    name: "stat and readFile fail with ENOENT on a dangling link, ELOOP on a circle",
    async run({ fs, at }) {
      await fs.symlink("missing", at("dangling"));
      await fs.symlink("b", at("a"));
      await fs.symlink("a", at("b"));
      await expectCode(() => fs.stat(at("dangling")), "ENOENT");
      await expectCode(() => fs.readFile(at("dangling")), "ENOENT");
      await expectCode(() => fs.stat(at("a")), "ELOOP");
      await expectCode(() => fs.readFile(at("b")), "ELOOP");
    },
  },
  {
    name: "mkdir fails with EEXIST on a link, dangling or not",
    async run(bench) {
      const { fs, at } = bench;
      await fs.mkdir(at("dir"));
      await fs.symlink("dir", at("link"));
      await fs.symlink("missing", at("dangling"));
      await expectCode(() => fs.mkdir(at("link")), "EEXIST");
      await expectCode(() => fs.mkdir(at("dangling")), "EEXIST");
      await expectMissing(bench, "missing");
    },
  },
  {
    name: "readDirWithTypes tells a link as a link, and lists the directory that one names",
    async run(bench) {
      await makeFull(bench, "dir");
      await bench.fs.symlink("dir", bench.at("link"));
      await expectEntries(bench, "", { dir: "directory", link: "symlink" });
      await expectEntries(bench, "link", { "file.txt": "file" });
    },
  },
  {
    name: "removeFile removes a link and not what it names; removeDir does neither",
    async run(bench) {
      const { fs, at } = bench;
      await makeFull(bench, "dir");
      await fs.symlink("dir", at("link"));
      await expectCode(() => fs.removeDir(at("link")), "ENOTDIR");
      await fs.removeFile(at("link"));
      await expectEntries(bench, "", { dir: "directory" });
      await expectContent(bench, "dir/file.txt", "in dir");
    },
  },
  {
    name: "rename moves a link, and replaces one, without following it",
    async run(bench) {
      const { fs, at } = bench;
      await fs.writeFile(at("file.txt"), "content");
      await fs.symlink("file.txt", at("link"));
      await fs.rename(at("link"), at("moved"));
      expect(await fs.readlink(at("moved"))).toBe("file.txt");
      await fs.writeFile(at("other.txt"), "other");
      await fs.rename(at("other.txt"), at("moved"));
      await expectContent(bench, "moved", "other");
      await expectContent(bench, "file.txt", "content");
    },
  },
];

const hardLinkCases: readonly FileSystemCase[] = [
  {
    name: "link gives a file a second name with the same content",
    async run(bench) {
      const { fs, at } = bench;
      await fs.writeFile(at("a"), "content");
      await fs.link(at("a"), at("b"));
      await fs.writeFile(at("b"), "changed");
      await expectContent(bench, "a", "changed");
      expect((await fs.stat(at("a"))).nlink).toBe(2);
      await fs.removeFile(at("a"));
      await expectContent(bench, "b", "changed");
      expect((await fs.stat(at("b"))).nlink).toBe(1);
    },
  },
  {
    name: "link fails with ENOENT, EEXIST, and EPERM on a directory",
    async run(bench) {
      const { fs, at } = bench;
      await makeFull(bench, "dir");
      await fs.writeFile(at("a"), "");
      await expectCode(() => fs.link(at("missing"), at("b")), "ENOENT");
      await expectCode(() => fs.link(at("a"), at("missing/b")), "ENOENT");
      await expectCode(() => fs.link(at("a"), at("dir/file.txt")), "EEXIST");
      await expectCode(() => fs.link(at("dir"), at("b")), "EPERM");
      await expectContent(bench, "dir/file.txt", "in dir");
    },
  },
  {
    name: "rename of one name of a file onto another of its names changes nothing",
    async run(bench) {
      const { fs, at } = bench;
      await fs.writeFile(at("a"), "content");
      await fs.link(at("a"), at("b"));
      await fs.rename(at("a"), at("b"));
      await expectEntries(bench, "", { a: "file", b: "file" });
    },
  },
  {
    name: "rename over one of two names leaves the other",
    async run(bench) {
      const { fs, at } = bench;
      await fs.writeFile(at("a"), "old");
      await fs.link(at("a"), at("b"));
      await fs.writeFile(at("c"), "new");
      await fs.rename(at("c"), at("b"));
      await expectContent(bench, "a", "old");
      await expectContent(bench, "b", "new");
      expect((await fs.stat(at("a"))).nlink).toBe(1);
    },
  },
];

const realPathCases: readonly FileSystemCase[] = [
  {
    name: "realpath answers the path of what is there, and fails with ENOENT",
    async run(bench) {
      const { fs, at } = bench;
      await makeFull(bench, "dir");
      expect(await fs.realpath(at("dir/file.txt"))).toBe(at("dir/file.txt"));
      await expectCode(() => fs.realpath(at("missing")), "ENOENT");
    },
  },
  {
    name: "realpath follows links",
    needs: ["symbolicLinks"],
    async run(bench) {
      const { fs, at } = bench;
      await makeFull(bench, "dir");
      await fs.symlink("dir/file.txt", at("link"));
      await fs.symlink("missing", at("dangling"));
      expect(await fs.realpath(at("link"))).toBe(at("dir/file.txt"));
      await expectCode(() => fs.realpath(at("dangling")), "ENOENT");
    },
  },
];

/** Links of both kinds. */
export const linkCases: readonly FileSystemCase[] = [
  ...symbolicLinkCases.map((one) => ({ ...one, needs: ["symbolicLinks"] as const })),
  ...hardLinkCases.map((one) => ({ ...one, needs: ["hardLinks"] as const })),
  ...realPathCases.map((one) => ({ ...one, needs: ["realPaths", ...(one.needs ?? [])] as const })),
];
