import type { OpenFile } from "@vivarium/core";
import { expect } from "vitest";
import { bytes, expectCode, expectContent, expectEntries, flags, makeFull } from "./expectations.ts";
import type { FileSystemCase } from "./file-system-case.ts";

/** What an open file holds, read through it. */
async function contentOf(file: OpenFile): Promise<string> {
  const { size } = await file.stat();
  const buffer = new Uint8Array(size + 1);
  const count = await file.read(buffer, 0);
  return new TextDecoder().decode(buffer.subarray(0, count));
}

const cases: readonly FileSystemCase[] = [
  {
    name: "open reads at a position, up to the end of the file",
    async run({ fs, at }) {
      await fs.writeFile(at("file.txt"), "content");
      const file = await fs.open(at("file.txt"), flags({ read: true }), 0);
      const buffer = new Uint8Array(4);
      expect(await file.read(buffer, 1)).toBe(4);
      expect(new TextDecoder().decode(buffer)).toBe("onte");
      expect(await file.read(buffer, 5)).toBe(2);
      expect(new TextDecoder().decode(buffer)).toBe("ntte");
      expect(await file.read(buffer, 7)).toBe(0);
      expect(await file.read(buffer, 1000)).toBe(0);
      await file.close();
    },
  },
  {
    name: "open writes at a position, and fills a gap with zeros",
    async run(bench) {
      const { fs, at } = bench;
      const file = await fs.open(at("file.txt"), flags({ write: true, create: true }), 0o644);
      expect(await file.write(bytes("content"), 0)).toBe(7);
      expect(await file.write(bytes("!"), 9)).toBe(1);
      expect(await file.write(bytes("C"), 0)).toBe(1);
      await file.sync();
      await file.close();
      await expectContent(bench, "file.txt", "Content\0\0!");
    },
  },
  {
    name: "open makes a file when it is told to, with the mode that it is given",
    async run(bench) {
      const { fs, at } = bench;
      await expectCode(() => fs.open(at("file.txt"), flags({ write: true }), 0o600), "ENOENT");
      await (await fs.open(at("file.txt"), flags({ write: true, create: true }), 0o600)).close();
      const { type, mode } = await fs.stat(at("file.txt"));
      expect([type, mode]).toEqual(["file", 0o600]);
      await expectCode(() => fs.open(at("missing/file"), flags({ write: true, create: true }), 0o600), "ENOENT");
      await expectCode(() => fs.open(at("file.txt/file"), flags({ write: true, create: true }), 0o600), "ENOTDIR");
      await expectEntries(bench, "", { "file.txt": "file" });
    },
  },
  {
    name: "open leaves the content of a file, and truncates it when told to",
    async run(bench) {
      const { fs, at } = bench;
      await fs.writeFile(at("file.txt"), "content");
      await (await fs.open(at("file.txt"), flags({ write: true, create: true }), 0o644)).close();
      await expectContent(bench, "file.txt", "content");
      await (await fs.open(at("file.txt"), flags({ write: true, truncate: true }), 0o644)).close();
      await expectContent(bench, "file.txt", "");
    },
  },
  {
    name: "open exclusive fails with EEXIST",
    async run(bench) {
      const { fs, at } = bench;
      const exclusive = flags({ write: true, create: true, exclusive: true });
      await (await fs.open(at("file.txt"), exclusive, 0o644)).close();
      await expectCode(() => fs.open(at("file.txt"), exclusive, 0o644), "EEXIST");
    },
  },
  {
    name: "open to append writes at the end, whatever the position",
    async run(bench) {
      const { fs, at } = bench;
      await fs.writeFile(at("file.txt"), "one");
      const file = await fs.open(at("file.txt"), flags({ write: true, append: true, create: true }), 0o644);
      await file.write(bytes(" two"), 0);
      await file.write(bytes(" three"), 1);
      await file.close();
      await expectContent(bench, "file.txt", "one two three");
    },
  },
  {
    name: "open fails with EISDIR for a directory to write, ENOTDIR for a file that must be a directory",
    async run({ fs, at }) {
      await fs.mkdir(at("dir"));
      await fs.writeFile(at("file.txt"), "");
      await expectCode(() => fs.open(at("dir"), flags({ write: true }), 0), "EISDIR");
      await expectCode(() => fs.open(at("dir"), flags({ read: true, write: true }), 0), "EISDIR");
      await expectCode(() => fs.open(at("file.txt"), flags({ read: true, directory: true }), 0), "ENOTDIR");
    },
  },
  {
    name: "open takes a directory to be told of, and not to be read",
    async run({ fs, at }) {
      await fs.mkdir(at("dir"));
      const file = await fs.open(at("dir"), flags({ read: true }), 0);
      expect((await file.stat()).type).toBe("directory");
      await expectCode(() => file.read(new Uint8Array(1), 0), "EISDIR");
      await file.close();
    },
  },
  {
    name: "open keeps reading from writing and writing from reading, with EBADF",
    async run({ fs, at }) {
      await fs.writeFile(at("file.txt"), "content");
      const reader = await fs.open(at("file.txt"), flags({ read: true }), 0);
      await expectCode(() => reader.write(bytes("x"), 0), "EBADF");
      await expectCode(() => reader.truncate(0), "EBADF", "EINVAL");
      await reader.close();
      const writer = await fs.open(at("file.txt"), flags({ write: true }), 0);
      await expectCode(() => writer.read(new Uint8Array(1), 0), "EBADF");
      await writer.close();
    },
  },
  {
    name: "open gives a file that keeps working after a rename",
    async run(bench) {
      const { fs, at } = bench;
      await makeFull(bench, "dir");
      const file = await fs.open(at("dir/file.txt"), flags({ read: true, write: true }), 0);
      await fs.rename(at("dir"), at("moved"));
      await fs.mkdir(at("dir"));
      await fs.writeFile(at("dir/file.txt"), "another");
      await file.write(bytes("IN"), 0);
      expect(await contentOf(file)).toBe("IN dir");
      await file.close();
      await expectContent(bench, "moved/file.txt", "IN dir");
      await expectContent(bench, "dir/file.txt", "another");
    },
  },
  {
    name: "open gives a file that keeps working after its last name is gone",
    async run(bench) {
      const { fs, at } = bench;
      await fs.writeFile(at("file.txt"), "content");
      const file = await fs.open(at("file.txt"), flags({ read: true, write: true }), 0);
      await fs.removeFile(at("file.txt"));
      await fs.writeFile(at("file.txt"), "another");
      await file.write(bytes("C"), 0);
      expect(await contentOf(file)).toBe("Content");
      expect((await file.stat()).nlink).toBe(0);
      await file.close();
      await expectContent(bench, "file.txt", "another");
    },
  },
  {
    name: "open gives two files that see each other's writes",
    async run({ fs, at }) {
      await fs.writeFile(at("file.txt"), "content");
      const one = await fs.open(at("file.txt"), flags({ read: true, write: true }), 0);
      const other = await fs.open(at("file.txt"), flags({ read: true, write: true }), 0);
      await one.write(bytes("C"), 0);
      expect(await contentOf(other)).toBe("Content");
      await other.truncate(3);
      expect(await contentOf(one)).toBe("Con");
      await one.close();
      expect(await contentOf(other)).toBe("Con");
      await other.close();
    },
  },
  {
    name: "open gives a file that can be lengthened, and whose mode and times can be set",
    async run(bench) {
      const { fs, at } = bench;
      const file = await fs.open(at("file.txt"), flags({ read: true, write: true, create: true }), 0o644);
      await file.write(bytes("content"), 0);
      await file.truncate(9);
      await file.chmod(0o600);
      await file.utimes(1_000_000_000_000, 1_000_000_005_000);
      const { mode, mtimeMs, size } = await file.stat();
      expect([mode, size]).toEqual([0o600, 9]);
      expect(mtimeMs).toBeCloseTo(1_000_000_005_000, -1);
      await file.close();
      await expectContent(bench, "file.txt", "content\0\0");
    },
  },
  {
    name: "open follows a link, unless it is told not to; exclusive never follows",
    needs: ["symbolicLinks"],
    async run(bench) {
      const { fs, at } = bench;
      await fs.writeFile(at("file.txt"), "content");
      await fs.symlink("file.txt", at("link"));
      await fs.symlink("missing", at("dangling"));
      const file = await fs.open(at("link"), flags({ read: true }), 0);
      expect(await contentOf(file)).toBe("content");
      await file.close();
      await expectCode(() => fs.open(at("link"), flags({ read: true, noFollow: true }), 0), "ELOOP");
      const exclusive = flags({ write: true, create: true, exclusive: true });
      await expectCode(() => fs.open(at("dangling"), exclusive, 0o644), "EEXIST");
      await expectEntries(bench, "", { "file.txt": "file", link: "symlink", dangling: "symlink" });
    },
  },
];

/** Open files: `open(2)` and what can be done with a descriptor. */
export const openFileCases: readonly FileSystemCase[] = cases.map((one) => ({
  ...one,
  needs: ["openFiles", ...(one.needs ?? [])] as const,
}));
