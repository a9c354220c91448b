import fs from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { NodeFileSystem } from "../../src/index.ts";
import { makeHostFolder } from "./fixtures/host-folder.ts";

const deep = `/${"a/".repeat(1900)}a`;

describe("A directory of the host", () => {
  it("says of the deepest path that nothing is there, and of no component beneath a link what it leads to", async () => {
    using folder = makeHostFolder();
    const files = new NodeFileSystem({ root: folder.root });
    const failure = async (path: string): Promise<unknown> => {
      try {
        await files.resolved.lstat(path);
        return undefined;
      } catch (error) {
        return Reflect.get(Object(error), "code");
      }
    };
    expect(await failure(deep)).toBe("ENOENT");
    await files.mkdir("/a/a/a", { recursive: true });
    await files.writeFile("/file", "");
    fs.symlinkSync("/", join(folder.root, "a/a/out"));
    expect(await failure(deep)).toBe("ENOENT");
    expect(await failure("/file/a/a")).toBe("ENOTDIR");
    for (const beneath of ["", "/none", "/none/none/none"])
      expect(await failure(`/a/a/out/etc${beneath}`)).toBe("ELOOP");
    expect(await files.exists(deep)).toBe(false);
  });
});
