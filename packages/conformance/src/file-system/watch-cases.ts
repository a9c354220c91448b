import type { FileChange, FileSystem } from "@vivarium/core";
import { expect } from "vitest";
import { expectCode } from "./expectations.ts";
import type { FileSystemCase } from "./file-system-case.ts";

/** What a watch has told, as `type name`. */
async function watched(fs: Required<FileSystem>, path: string): Promise<{ told: string[]; close(): void }> {
  const told: string[] = [];
  const watch = await fs.watch(path, ({ type, name }: FileChange) => void told.push(`${type} ${name}`));
  return { told, close: () => watch.close() };
}

/** Waits for what may be told a moment later. */
const expectTold = (told: readonly string[], one: string): Promise<void> =>
  expect.poll(() => told, { timeout: 5_000, interval: 5 }).toContain(one);

/** Notice of changes. */
export const watchCases: readonly FileSystemCase[] = [
  {
    name: "watch tells of names that come and go in a directory, and of changes to them",
    needs: ["watching"],
    async run({ fs, at }) {
      await fs.writeFile(at("old"), "");
      const { told, close } = await watched(fs, at(""));
      await fs.writeFile(at("new"), "");
      await expectTold(told, "rename new");
      await fs.writeFile(at("old"), "text");
      await expectTold(told, "change old");
      await fs.removeFile(at("old"));
      await expectTold(told, "rename old");
      await fs.mkdir(at("dir"));
      await expectTold(told, "rename dir");
      await fs.rename(at("new"), at("moved"));
      await expectTold(told, "rename new");
      await expectTold(told, "rename moved");
      close();
    },
  },
  {
    name: "watch tells of what happens to one file, and of nothing beside it or deeper",
    needs: ["watching"],
    async run({ fs, at }) {
      await fs.mkdir(at("dir"));
      await fs.writeFile(at("dir/file"), "");
      const file = await watched(fs, at("dir/file"));
      const directory = await watched(fs, at(""));
      await fs.writeFile(at("dir/other"), "");
      await fs.writeFile(at("dir/file"), "text");
      await expectTold(file.told, "change file");
      await fs.removeFile(at("dir/file"));
      await expectTold(file.told, "rename file");
      expect(file.told.filter((told) => told.endsWith("other"))).toEqual([]);
      expect(directory.told.filter((told) => !told.endsWith("dir"))).toEqual([]);
      file.close();
      directory.close();
    },
  },
  {
    name: "watch tells of what is written to an open file",
    needs: ["watching", "openFiles"],
    async run({ fs, at }) {
      await fs.writeFile(at("file"), "");
      const { told, close } = await watched(fs, at(""));
      const flags = { read: false, write: true, append: false, create: false, exclusive: false, truncate: false };
      const file = await fs.open(at("file"), { ...flags, directory: false, noFollow: false }, 0o666);
      await file.write(new Uint8Array([1]), 0);
      await expectTold(told, "change file");
      await file.close();
      close();
    },
  },
  {
    name: "watch tells nothing once it is closed, which may be asked for twice",
    needs: ["watching"],
    async run({ fs, at }) {
      const closed = await watched(fs, at(""));
      const open = await watched(fs, at(""));
      closed.close();
      closed.close();
      await fs.writeFile(at("file"), "");
      await expectTold(open.told, "rename file");
      expect(closed.told).toEqual([]);
      open.close();
    },
  },
  {
    name: "watch fails with ENOENT",
    needs: ["watching"],
    async run({ fs, at }) {
      await expectCode(() => fs.watch(at("missing"), () => undefined), "ENOENT");
    },
  },
];
