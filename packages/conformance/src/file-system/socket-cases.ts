import { expect } from "vitest";
import { expectCode, expectEntries, expectMissing } from "./expectations.ts";
import type { FileSystemCase } from "./file-system-case.ts";

/** Names of Unix sockets. */
export const socketCases: readonly FileSystemCase[] = [
  {
    name: "createSocket makes a name that is told of as one, can be moved and be removed",
    needs: ["sockets"],
    async run(bench) {
      const { fs, at } = bench;
      await fs.createSocket(at("socket"), 0o750);
      const stat = await fs.stat(at("socket"));
      expect([stat.type, stat.mode, stat.size, stat.nlink]).toEqual(["socket", 0o750, 0, 1]);
      await fs.rename(at("socket"), at("moved"));
      await expectEntries(bench, "", { moved: "socket" });
      await fs.removeFile(at("moved"));
      await expectMissing(bench, "moved");
    },
  },
  {
    name: "createSocket fails with EEXIST, ENOENT, ENOTDIR",
    needs: ["sockets"],
    async run({ fs, at }) {
      await fs.writeFile(at("file.txt"), "kept");
      await expectCode(() => fs.createSocket(at("file.txt"), 0o777), "EEXIST");
      await expectCode(() => fs.createSocket(at("missing/socket"), 0o777), "ENOENT");
      await expectCode(() => fs.createSocket(at("file.txt/socket"), 0o777), "ENOTDIR");
      expect(await fs.readTextFile(at("file.txt"))).toBe("kept");
    },
  },
];
