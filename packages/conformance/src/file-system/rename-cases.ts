import { expectCode, expectContent, expectEntries, expectMissing, makeFull } from "./expectations.ts";
import type { FileSystemCase } from "./file-system-case.ts";

/** `rename(2)`, as POSIX has it. */
export const renameCases: readonly FileSystemCase[] = [
  {
    name: "rename gives a file another name",
    async run(bench) {
      await bench.fs.writeFile(bench.at("from.txt"), "content");
      await bench.fs.rename(bench.at("from.txt"), bench.at("to.txt"));
      await expectContent(bench, "to.txt", "content");
      await expectEntries(bench, "", { "to.txt": "file" });
      await expectMissing(bench, "from.txt");
    },
  },
  {
    name: "rename moves a file into another directory",
    async run(bench) {
      await makeFull(bench, "a");
      await makeFull(bench, "b", "other.txt");
      await bench.fs.rename(bench.at("a/file.txt"), bench.at("b/moved.txt"));
      await expectEntries(bench, "a", {});
      await expectEntries(bench, "b", { "other.txt": "file", "moved.txt": "file" });
      await expectContent(bench, "b/moved.txt", "in a");
    },
  },
  {
    name: "rename replaces a file",
    async run(bench) {
      await bench.fs.writeFile(bench.at("from.txt"), "new");
      await bench.fs.writeFile(bench.at("to.txt"), "old and longer");
      await bench.fs.rename(bench.at("from.txt"), bench.at("to.txt"));
      await expectContent(bench, "to.txt", "new");
      await expectEntries(bench, "", { "to.txt": "file" });
    },
  },
  {
    name: "rename moves a directory with all that is in it, and takes no neighbour along",
    async run(bench) {
      const { fs, at } = bench;
      await makeFull(bench, "dir");
      await makeFull(bench, "dir/sub");
      await makeFull(bench, "dir-neighbour");
      await fs.mkdir(at("target"));
      await fs.rename(at("dir"), at("target/moved"));
      await expectEntries(bench, "", { target: "directory", "dir-neighbour": "directory" });
      await expectContent(bench, "target/moved/file.txt", "in dir");
      await expectContent(bench, "target/moved/sub/file.txt", "in dir/sub");
      await expectContent(bench, "dir-neighbour/file.txt", "in dir-neighbour");
      await expectMissing(bench, "dir/sub");
    },
  },
  {
    name: "rename replaces an empty directory by a directory",
    async run(bench) {
      await makeFull(bench, "from");
      await bench.fs.mkdir(bench.at("to"));
      await bench.fs.rename(bench.at("from"), bench.at("to"));
      await expectEntries(bench, "", { to: "directory" });
      await expectContent(bench, "to/file.txt", "in from");
    },
  },
  {
    name: "rename fails with ENOTEMPTY or EEXIST for a directory that is not empty",
    async run(bench) {
      await makeFull(bench, "from");
      await makeFull(bench, "to", "other.txt");
      await expectCode(() => bench.fs.rename(bench.at("from"), bench.at("to")), "ENOTEMPTY", "EEXIST");
      await expectContent(bench, "from/file.txt", "in from");
      await expectEntries(bench, "to", { "other.txt": "file" });
    },
  },
  {
    name: "rename fails with EISDIR for a file onto a directory, ENOTDIR for a directory onto a file",
    async run(bench) {
      const { fs, at } = bench;
      await fs.mkdir(at("dir"));
      await fs.writeFile(at("file.txt"), "content");
      await expectCode(() => fs.rename(at("file.txt"), at("dir")), "EISDIR");
      await expectCode(() => fs.rename(at("dir"), at("file.txt")), "ENOTDIR");
      await expectContent(bench, "file.txt", "content");
      await expectEntries(bench, "", { dir: "directory", "file.txt": "file" });
    },
  },
  {
    name: "rename fails with EINVAL for a directory into itself",
    async run(bench) {
      const { fs, at } = bench;
      await makeFull(bench, "dir");
      await fs.mkdir(at("dir/sub"));
      await expectCode(() => fs.rename(at("dir"), at("dir/inside")), "EINVAL");
      await expectCode(() => fs.rename(at("dir"), at("dir/sub/inside")), "EINVAL");
      await expectContent(bench, "dir/file.txt", "in dir");
      await expectEntries(bench, "dir", { "file.txt": "file", sub: "directory" });
    },
  },
  {
    name: "rename of a path to itself changes nothing",
    async run(bench) {
      const { fs, at } = bench;
      await makeFull(bench, "dir");
      await fs.rename(at("dir"), at("dir"));
      await fs.rename(at("dir/file.txt"), at("dir/file.txt"));
      await expectContent(bench, "dir/file.txt", "in dir");
      await expectEntries(bench, "", { dir: "directory" });
    },
  },
  {
    name: "rename fails with ENOENT for what is missing, ENOTDIR below a file",
    async run(bench) {
      const { fs, at } = bench;
      await fs.writeFile(at("file.txt"), "content");
      await expectCode(() => fs.rename(at("missing"), at("to")), "ENOENT");
      await expectCode(() => fs.rename(at("file.txt"), at("missing/to")), "ENOENT");
      await expectCode(() => fs.rename(at("file.txt"), at("file.txt/to")), "ENOTDIR");
      await expectCode(() => fs.rename(at("file.txt/from"), at("to")), "ENOTDIR");
      await expectContent(bench, "file.txt", "content");
      await expectEntries(bench, "", { "file.txt": "file" });
    },
  },
  {
    name: "rename leaves an old name free for another file",
    async run(bench) {
      const { fs, at } = bench;
      await fs.writeFile(at("a"), "first");
      await fs.rename(at("a"), at("b"));
      await fs.writeFile(at("a"), "second");
      await expectContent(bench, "a", "second");
      await expectContent(bench, "b", "first");
    },
  },
];
