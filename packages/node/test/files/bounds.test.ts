import { mkdtempDisposableSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { FileSystem } from "@vivarium/core";
import { createInMemoryFileSystem } from "@vivarium/memfs";
import { describe, expect, test } from "vitest";
import { createMountedFileSystem, NodeFileSystem } from "../../src/index.ts";

const refused = (code: string) => expect.objectContaining({ code });

describe("links that are followed in one path", () => {
  /** Looks at a link that leads over so many others, each of which is followed by so many components more. */
  function follow(links: number, more = 0): unknown {
    using folder = mkdtempDisposableSync(join(tmpdir(), "vivarium-links-"));
    for (let link = 1; link <= links; link += 1)
      symlinkSync(link === links ? "." : `${link + 1}${"/.".repeat(more)}`, join(folder.path, `${link}`));
    return new NodeFileSystem({ root: folder.path }).stat("/1");
  }

  test("are 40 at most", () => {
    expect(follow(40)).toMatchObject({ type: "directory" });
    expect(() => follow(41)).toThrow(refused("ELOOP"));
  });

  test("make no more of it than 65,536 components and characters", () => {
    expect(follow(30, 2_000)).toMatchObject({ type: "directory" });
    expect(() => follow(40, 2_000)).toThrow(refused("ENAMETOOLONG"));
  });
});

test("a file is rewritten to change a part of it up to 256 MiB", () => {
  const memory = createInMemoryFileSystem();
  const least: FileSystem = {
    readFile: (path) => memory.readFile(path),
    writeFile: (path, content, options) => memory.writeFile(path, content, options),
    readDirWithTypes: (path) => memory.readDirWithTypes(path),
    mkdir: (path, options) => memory.mkdir(path, options),
    stat: (path) => memory.stat(path),
    removeFile: (path) => memory.removeFile(path),
    removeDir: (path) => memory.removeDir(path),
    rename: (from, to) => memory.rename(from, to),
  };
  const files = createMountedFileSystem({ "/": least });
  files.writeFile("/file", "x");
  expect(() => files.truncate?.("/file", 256 * 1024 * 1024 + 1)).toThrow(refused("EFBIG"));
});
