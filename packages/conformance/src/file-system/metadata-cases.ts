import { errnoCodeOfError, type FileStat, type FileSystemUsage } from "@vivarium/core";
import { expect } from "vitest";
import { bytes, expectCode, expectEntries, makeFull } from "./expectations.ts";
import type { FileSystemCase } from "./file-system-case.ts";

const longAgo = 1_000_000_000_000;

const figures = [
  "mode",
  "size",
  "nlink",
  "uid",
  "gid",
  "ino",
  "dev",
  "atimeMs",
  "mtimeMs",
  "ctimeMs",
  "birthtimeMs",
] as const;

function expectFigures(stat: FileStat): void {
  for (const figure of figures) expect(stat[figure], figure).toBeGreaterThanOrEqual(0);
  expect(stat.mode & ~0o7777, "mode has permission bits only").toBe(0);
  for (const figure of ["size", "nlink", "uid", "gid"] as const) expect(Number.isSafeInteger(stat[figure])).toBe(true);
  for (const figure of ["atimeMs", "mtimeMs", "ctimeMs", "birthtimeMs"] as const) {
    expect(Number.isFinite(stat[figure]), figure).toBe(true);
  }
}

/** What `stat` tells, and the verbs that change it. */
export const metadataCases: readonly FileSystemCase[] = [
  {
    name: "stat tells type and size of a file and a directory, in whole and sane figures",
    async run({ fs, at }) {
      await fs.writeFile(at("file.txt"), "naïve");
      await fs.mkdir(at("dir"));
      const file = await fs.stat(at("file.txt"));
      expect([file.type, file.size, file.nlink]).toEqual(["file", 6, 1]);
      expectFigures(file);
      const directory = await fs.stat(at("dir"));
      expect(directory.type).toBe("directory");
      expectFigures(directory);
    },
  },
  {
    name: "stat knows the root",
    async run({ fs }) {
      expect((await fs.stat("/")).type).toBe("directory");
    },
  },
  {
    name: "stat fails with ENOENT, ENOTDIR",
    async run({ fs, at }) {
      await fs.writeFile(at("file.txt"), "");
      await expectCode(() => fs.stat(at("missing")), "ENOENT");
      await expectCode(() => fs.stat(at("missing/below")), "ENOENT");
      await expectCode(() => fs.stat(at("file.txt/below")), "ENOTDIR");
    },
  },
  {
    name: "stat tells the number of an inode, which stays through a rename and a write",
    needs: ["inodes"],
    async run({ fs, at }) {
      await fs.writeFile(at("a"), "");
      await fs.writeFile(at("b"), "");
      const { ino } = await fs.stat(at("a"));
      expect((await fs.stat(at("b"))).ino).not.toBe(ino);
      await fs.rename(at("a"), at("c"));
      await fs.writeFile(at("c"), "content");
      expect((await fs.stat(at("c"))).ino).toBe(ino);
    },
  },
  {
    name: "statPlain answers as stat does where no link is on the way, and undefined elsewhere",
    needs: ["plainStat"],
    async run(bench) {
      const { fs, at } = bench;
      await makeFull(bench, "dir");
      expect(await fs.statPlain(at("dir"))).toEqual(await fs.stat(at("dir")));
      expect(await fs.statPlain(at("dir/file.txt"))).toEqual(await fs.stat(at("dir/file.txt")));
      expect(await fs.statPlain(at("missing"))).toBeUndefined();
      expect(await fs.statPlain(at("missing/below"))).toBeUndefined();
      expect(await fs.statPlain(at("dir/file.txt/below"))).toBeUndefined();
      expect((await fs.statPlain("/"))?.type).toBe("directory");
    },
  },
  {
    name: "statPlain answers undefined when any component is a link",
    needs: ["plainStat", "symbolicLinks"],
    async run(bench) {
      const { fs, at } = bench;
      await makeFull(bench, "dir");
      await fs.symlink("dir", at("to-dir"));
      await fs.symlink("dir/file.txt", at("to-file"));
      expect(await fs.statPlain(at("to-dir"))).toBeUndefined();
      expect(await fs.statPlain(at("to-file"))).toBeUndefined();
      expect(await fs.statPlain(at("to-dir/file.txt"))).toBeUndefined();
    },
  },
  {
    name: "chmod sets the permission bits, and only those",
    needs: ["modes"],
    async run({ fs, at }) {
      await fs.writeFile(at("file.txt"), "content");
      await fs.mkdir(at("dir"));
      for (const mode of [0o600, 0o755, 0o444, 0o644]) {
        await fs.chmod(at("file.txt"), mode);
        expect((await fs.stat(at("file.txt"))).mode).toBe(mode);
      }
      await fs.chmod(at("dir"), 0o700);
      const { mode, type } = await fs.stat(at("dir"));
      expect([mode, type]).toEqual([0o700, "directory"]);
      await expectCode(() => fs.chmod(at("missing"), 0o600), "ENOENT");
    },
  },
  {
    name: "mkdir and writeFile give what they make the mode that they are told, and leave that of what exists",
    needs: ["modes"],
    async run({ fs, at }) {
      await fs.mkdir(at("dir"), { mode: 0o700 });
      await fs.writeFile(at("file.txt"), "", { mode: 0o600 });
      await fs.writeFile(at("file.txt"), "again", { mode: 0o640 });
      expect((await fs.stat(at("dir"))).mode).toBe(0o700);
      expect((await fs.stat(at("file.txt"))).mode).toBe(0o600);
    },
  },
  {
    name: "chown sets user and group",
    needs: ["owners"],
    async run({ fs, at }) {
      await fs.writeFile(at("file.txt"), "");
      await fs.chown(at("file.txt"), 1234, 5678);
      const { uid, gid } = await fs.stat(at("file.txt"));
      expect([uid, gid]).toEqual([1234, 5678]);
      await expectCode(() => fs.chown(at("missing"), 1, 1), "ENOENT");
    },
  },
  {
    name: "lchown sets the owner of a link, and not of what it names",
    needs: ["owners", "linkOwners", "symbolicLinks"],
    async run({ fs, at }) {
      await fs.writeFile(at("file.txt"), "");
      await fs.symlink("file.txt", at("link"));
      await fs.lchown(at("link"), 1234, 5678);
      expect((await fs.lstat(at("link"))).uid).toBe(1234);
      expect((await fs.stat(at("file.txt"))).uid).not.toBe(1234);
    },
  },
  {
    name: "utimes sets the times of access and change",
    needs: ["times"],
    async run({ fs, at }) {
      await fs.writeFile(at("file.txt"), "");
      await fs.utimes(at("file.txt"), longAgo, longAgo + 5000);
      const { atimeMs, mtimeMs } = await fs.stat(at("file.txt"));
      expect(atimeMs).toBeCloseTo(longAgo, -1);
      expect(mtimeMs).toBeCloseTo(longAgo + 5000, -1);
      await expectCode(() => fs.utimes(at("missing"), 0, 0), "ENOENT");
    },
  },
  {
    name: "writeFile renews the time of change",
    needs: ["times"],
    async run({ fs, at }) {
      await fs.writeFile(at("file.txt"), "");
      await fs.utimes(at("file.txt"), longAgo, longAgo);
      await fs.writeFile(at("file.txt"), "new");
      expect((await fs.stat(at("file.txt"))).mtimeMs).toBeGreaterThan(longAgo);
    },
  },
  {
    name: "mkdir, writeFile, rename and removeFile renew the time of change of the directory",
    needs: ["times"],
    async run({ fs, at }) {
      await fs.mkdir(at("dir"));
      const expectRenewed = async (): Promise<void> => {
        expect((await fs.stat(at("dir"))).mtimeMs).toBeGreaterThan(longAgo);
        await fs.utimes(at("dir"), longAgo, longAgo);
      };
      await fs.utimes(at("dir"), longAgo, longAgo);
      await fs.mkdir(at("dir/sub"));
      await expectRenewed();
      await fs.writeFile(at("dir/file"), "");
      await expectRenewed();
      await fs.rename(at("dir/file"), at("moved"));
      await expectRenewed();
      await fs.rename(at("moved"), at("dir/file"));
      await expectRenewed();
      await fs.removeFile(at("dir/file"));
      await expectRenewed();
    },
  },
  {
    name: "lutimes sets the times of a link, and not of what it names",
    needs: ["linkTimes", "symbolicLinks"],
    async run({ fs, at }) {
      await fs.writeFile(at("file.txt"), "");
      await fs.symlink("file.txt", at("link"));
      await fs.lutimes(at("link"), longAgo, longAgo);
      expect((await fs.lstat(at("link"))).mtimeMs).toBeCloseTo(longAgo, -1);
      expect((await fs.stat(at("file.txt"))).mtimeMs).toBeGreaterThan(longAgo + 1000);
    },
  },
  {
    name: "usage tells figures that a write makes smaller",
    needs: ["usage"],
    async run(bench) {
      const before = await bench.fs.usage(bench.at(""));
      for (const figure of Object.values(before)) expect(Number.isFinite(figure)).toBe(true);
      expect(before.bsize).toBeGreaterThan(0);
      expect(before.bfree).toBeLessThanOrEqual(before.blocks);
      expect(before.ffree).toBeLessThanOrEqual(before.files);
      await bench.fs.writeFile(bench.at("large.bin"), bytes("x".repeat(2 ** 20)));
      expect((await bench.fs.usage(bench.at(""))).bfree).toBeLessThan(before.bfree);
      await expectEntries(bench, "", { "large.bin": "file" });
    },
  },
  {
    name: "usage tells no figure below zero, to the last byte that fits",
    needs: ["usage"],
    async run({ fs, at }) {
      const { bfree, bsize } = await fs.usage(at(""));
      expectUsage(await fs.usage(at("")));
      // A filesystem with more room than this cannot be filled in passing.
      if (bfree * bsize > mostToFill) return;
      for (let size = bfree * bsize; size >= 1; size = Math.floor(size / 2)) {
        await writeIfItFits(() => fs.writeFile(at(`${size}.bin`), new Uint8Array(size)));
        expectUsage(await fs.usage(at("")));
      }
    },
  },
];

const mostToFill = 16 * 2 ** 20;

function expectUsage(usage: FileSystemUsage): void {
  for (const [figure, value] of Object.entries(usage)) expect(value, figure).toBeGreaterThanOrEqual(0);
  expect(usage.bfree).toBeLessThanOrEqual(usage.blocks);
  expect(usage.bavail).toBeLessThanOrEqual(usage.bfree);
  expect(usage.ffree).toBeLessThanOrEqual(usage.files);
}

async function writeIfItFits(write: () => unknown): Promise<void> {
  try {
    await write();
  } catch (error) {
    expect(errnoCodeOfError(error)).toBe("ENOSPC");
  }
}
