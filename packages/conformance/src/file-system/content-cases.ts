import { expect } from "vitest";
import { bytes, expectCode, expectContent, expectEntries, expectMissing } from "./expectations.ts";
import type { FileSystemCase } from "./file-system-case.ts";

const everyByte = Uint8Array.from({ length: 256 }, (_, index) => index);

const strangeNames = [
  "__proto__",
  "constructor",
  "hasOwnProperty",
  "...",
  " ",
  "a b",
  "a\nb",
  "back\\slash",
  "*?[]",
  "日本語",
  "👩‍👩‍👧",
  "é",
  "-rf",
];

/** Files: what is written is what is read. */
export const contentCases: readonly FileSystemCase[] = [
  {
    name: "readFile gives back every byte that writeFile was given",
    async run({ fs, at }) {
      await fs.writeFile(at("file.bin"), everyByte);
      expect(Array.from(await fs.readFile(at("file.bin")))).toEqual(Array.from(everyByte));
    },
  },
  {
    name: "writeFile stores a string as UTF-8",
    async run({ fs, at }) {
      await fs.writeFile(at("file.txt"), "naïve 👋");
      expect(Array.from(await fs.readFile(at("file.txt")))).toEqual(Array.from(bytes("naïve 👋")));
    },
  },
  {
    name: "writeFile replaces the whole of a file, by shorter content too",
    async run(bench) {
      const { fs, at } = bench;
      await fs.writeFile(at("file.txt"), "a long first content");
      await fs.writeFile(at("file.txt"), "short");
      await expectContent(bench, "file.txt", "short");
      expect((await fs.stat(at("file.txt"))).size).toBe(5);
    },
  },
  {
    name: "writeFile makes an empty file",
    async run(bench) {
      await bench.fs.writeFile(bench.at("empty"), "");
      await expectContent(bench, "empty", "");
    },
  },
  {
    name: "writeFile and readFile take and give copies: nobody changes a file from outside",
    async run(bench) {
      const { fs, at } = bench;
      const given = bytes("content");
      await fs.writeFile(at("file.txt"), given);
      given.fill(0);
      await expectContent(bench, "file.txt", "content");
      (await fs.readFile(at("file.txt"))).fill(0);
      await expectContent(bench, "file.txt", "content");
    },
  },
  {
    name: "writeFile stores only the part that a view shows of its buffer",
    async run(bench) {
      await bench.fs.writeFile(bench.at("file.txt"), bytes("--content--").subarray(2, 9));
      await expectContent(bench, "file.txt", "content");
    },
  },
  {
    name: "readFile gives back a file of a mebibyte",
    async run({ fs, at }) {
      const content = Uint8Array.from({ length: 2 ** 20 }, (_, index) => (index * 31) % 251);
      await fs.writeFile(at("large.bin"), content);
      const read = await fs.readFile(at("large.bin"));
      expect(read.length).toBe(content.length);
      expect(read.every((byte, index) => byte === content[index])).toBe(true);
    },
  },
  {
    name: "readFile fails with ENOENT, EISDIR, ENOTDIR",
    async run({ fs, at }) {
      await fs.mkdir(at("dir"));
      await fs.writeFile(at("file.txt"), "");
      await expectCode(() => fs.readFile(at("missing")), "ENOENT");
      await expectCode(() => fs.readFile(at("missing/file")), "ENOENT");
      await expectCode(() => fs.readFile(at("dir")), "EISDIR");
      await expectCode(() => fs.readFile(at("file.txt/below")), "ENOTDIR");
    },
  },
  {
    name: "writeFile fails with EISDIR on a directory, ENOTDIR below a file",
    async run(bench) {
      const { fs, at } = bench;
      await fs.mkdir(at("dir"));
      await fs.writeFile(at("file.txt"), "content");
      await expectCode(() => fs.writeFile(at("dir"), ""), "EISDIR");
      await expectCode(() => fs.writeFile(at("file.txt/below"), ""), "ENOTDIR");
      await expectContent(bench, "file.txt", "content");
      await expectEntries(bench, "", { dir: "directory", "file.txt": "file" });
    },
  },
  {
    name: "writeFile fails with ENOENT for a missing parent when it is told to make none",
    async run(bench) {
      const { fs, at } = bench;
      await expectCode(() => fs.writeFile(at("missing/file.txt"), "", { parents: false }), "ENOENT");
      await expectMissing(bench, "missing");
    },
  },
  {
    name: "writeFile and readDirWithTypes take any name",
    async run(bench) {
      const { fs, at } = bench;
      for (const name of strangeNames) {
        await expectMissing(bench, name);
        await fs.writeFile(at(name), name);
      }
      for (const name of strangeNames) await expectContent(bench, name, name);
      await expectEntries(bench, "", Object.fromEntries(strangeNames.map((name) => [name, "file"] as const)));
    },
  },
  {
    name: "writeFile takes a name of 255 bytes",
    async run(bench) {
      const name = "é".repeat(127).concat("a");
      await bench.fs.writeFile(bench.at(name), "content");
      await expectContent(bench, name, "content");
    },
  },
  {
    name: "writeFile and mkdir fail with ENAMETOOLONG for a name of 256 bytes",
    needs: ["nameLimit"],
    async run({ fs, at }) {
      await expectCode(() => fs.writeFile(at("é".repeat(128)), ""), "ENAMETOOLONG");
      await expectCode(() => fs.mkdir(at("a".repeat(256))), "ENAMETOOLONG");
    },
  },
  {
    name: "writeFile keeps files apart that are written at the same time",
    async run(bench) {
      const names = Array.from({ length: 20 }, (_, index) => `file-${index}`);
      await Promise.all(names.map((name) => bench.fs.writeFile(bench.at(name), name)));
      for (const name of names) await expectContent(bench, name, name);
    },
  },
  {
    name: "readTextFile decodes UTF-8",
    needs: ["text"],
    async run({ fs, at }) {
      await fs.writeFile(at("file.txt"), "naïve 👋");
      expect(await fs.readTextFile(at("file.txt"))).toBe("naïve 👋");
      await expectCode(() => fs.readTextFile(at("missing")), "ENOENT");
    },
  },
  {
    name: "truncate shortens a file, and lengthens it with zeros",
    needs: ["truncation"],
    async run(bench) {
      const { fs, at } = bench;
      await fs.writeFile(at("file.txt"), "content");
      await fs.truncate(at("file.txt"), 4);
      await expectContent(bench, "file.txt", "cont");
      await fs.truncate(at("file.txt"), 8);
      await expectContent(bench, "file.txt", "cont\0\0\0\0");
      await fs.truncate(at("file.txt"), 0);
      await expectContent(bench, "file.txt", "");
    },
  },
  {
    name: "truncate fails with ENOENT, EISDIR",
    needs: ["truncation"],
    async run({ fs, at }) {
      await fs.mkdir(at("dir"));
      await expectCode(() => fs.truncate(at("missing"), 0), "ENOENT");
      await expectCode(() => fs.truncate(at("dir"), 0), "EISDIR");
    },
  },
  {
    name: "readInto fills what it is given with the beginning of a file, and tells the size of all of it",
    needs: ["readingInto"],
    async run({ fs, at }) {
      await fs.writeFile(at("file.txt"), "content");
      for (const [room, begins] of [
        [9, "content__"],
        [7, "content"],
        [3, "con"],
        [0, ""],
      ] as const) {
        const target = bytes("_".repeat(room));
        expect(await fs.readInto(at("file.txt"), target)).toBe(7);
        expect(new TextDecoder().decode(target)).toBe(begins);
      }
      await fs.writeFile(at("empty"), "");
      expect(await fs.readInto(at("empty"), bytes("_"))).toBe(0);
      await fs.mkdir(at("directory"));
      await expectCode(() => fs.readInto(at("directory"), bytes("_")), "EISDIR");
      await expectCode(() => fs.readInto(at("missing"), bytes("_")), "ENOENT");
    },
  },
  {
    name: "pread gives a part of a file, and nothing beyond its end",
    needs: ["positions"],
    async run({ fs, at }) {
      await fs.writeFile(at("file.txt"), "content");
      const part = async (offset: number, length: number): Promise<string> =>
        new TextDecoder().decode(await fs.pread(at("file.txt"), offset, length));
      expect(await part(0, 3)).toBe("con");
      expect(await part(3, 100)).toBe("tent");
      expect(await part(7, 1)).toBe("");
      expect(await part(100, 1)).toBe("");
      await expectCode(() => fs.pread(at("missing"), 0, 1), "ENOENT");
    },
  },
  {
    name: "pwrite changes a part of a file, and fills a gap with zeros",
    needs: ["positions"],
    async run(bench) {
      const { fs, at } = bench;
      await fs.writeFile(at("file.txt"), "content");
      await fs.pwrite(at("file.txt"), 1, bytes("ON"));
      await expectContent(bench, "file.txt", "cONtent");
      await fs.pwrite(at("file.txt"), 9, bytes("!"));
      await expectContent(bench, "file.txt", "cONtent\0\0!");
    },
  },
];
