import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { isVivariumError } from "@vivarium/core";
import { createInMemoryFileSystem, type InMemoryFileSystem } from "@vivarium/memfs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fileOperation } from "./fixtures/file-operations.ts";
import { flags } from "./fixtures/open-flags.ts";
import { MemoryRunner } from "./fixtures/run-in-memory.ts";

const codeOf = (attempt: () => unknown): unknown => {
  try {
    attempt();
  } catch (error) {
    return (error as { readonly code?: unknown }).code;
  }
  return undefined;
};

/** Exactly so many bytes are left: one more is refused, so many are taken. The filesystem is as before afterwards. */
function expectBytesLeft(filesystem: InMemoryFileSystem, count: number): void {
  expect(codeOf(() => filesystem.writeFile("/probe", new Uint8Array(count + 1)))).toBe("ENOSPC");
  filesystem.writeFile("/probe", new Uint8Array(count));
  filesystem.removeFile("/probe");
}

const readWrite = flags({ read: true, write: true, create: true });

describe("maxBytes of createInMemoryFileSystem()", () => {
  const create = (maxBytes = 100): InMemoryFileSystem => createInMemoryFileSystem({ maxBytes });

  it("counts what is written, replaced, truncated and removed", () => {
    const filesystem = create();
    filesystem.writeFile("/a", "x".repeat(60));
    expectBytesLeft(filesystem, 40);
    filesystem.writeFile("/a", "x".repeat(20));
    expectBytesLeft(filesystem, 80);
    filesystem.truncate("/a", 50);
    expectBytesLeft(filesystem, 50);
    filesystem.truncate("/a", 0);
    expectBytesLeft(filesystem, 100);
    filesystem.writeFile("/a", "x".repeat(100));
    expectBytesLeft(filesystem, 0);
    filesystem.removeFile("/a");
    expectBytesLeft(filesystem, 100);
  });

  it("leaves a file as it was when its new content does not fit", () => {
    const filesystem = create();
    filesystem.writeFile("/a", "content");
    expect(codeOf(() => filesystem.writeFile("/a", "x".repeat(101)))).toBe("ENOSPC");
    expect(codeOf(() => filesystem.pwrite("/a", 90, new Uint8Array(11)))).toBe("ENOSPC");
    expect(codeOf(() => filesystem.truncate("/a", 101))).toBe("ENOSPC");
    expect(filesystem.readTextFile("/a")).toBe("content");
    expectBytesLeft(filesystem, 93);
  });

  it("leaves no empty file behind when the first content does not fit", () => {
    const filesystem = create();
    expect(codeOf(() => filesystem.writeFile("/a", "x".repeat(101)))).toBe("ENOSPC");
    expect(filesystem.exists("/a")).toBe(false);
    expectBytesLeft(filesystem, 100);
  });

  it("refuses a write far behind the end before it takes memory, with any limit", () => {
    for (const maxBytes of [100, Infinity]) {
      const filesystem = create(maxBytes);
      const file = filesystem.open("/a", readWrite, 0o644);
      expect(["ENOSPC", "EFBIG"]).toContain(codeOf(() => file.write(new Uint8Array(1), 1e12)));
      expect(["ENOSPC", "EFBIG"]).toContain(codeOf(() => file.truncate(Number.MAX_SAFE_INTEGER)));
      expect(file.stat().size).toBe(0);
      file.close();
    }
  });

  it("counts the holes of a file", () => {
    const filesystem = create();
    filesystem.writeFile("/a", "");
    filesystem.pwrite("/a", 59, new Uint8Array(1));
    expectBytesLeft(filesystem, 40);
  });

  it("keeps counting a removed file until it is closed", () => {
    const filesystem = create();
    filesystem.writeFile("/a", "x".repeat(60));
    const one = filesystem.open("/a", readWrite, 0o644);
    const other = filesystem.open("/a", readWrite, 0o644);
    filesystem.removeFile("/a");
    expectBytesLeft(filesystem, 40);
    one.write(new Uint8Array(10), 60);
    expectBytesLeft(filesystem, 30);
    one.close();
    one.close();
    expectBytesLeft(filesystem, 30);
    other.close();
    expectBytesLeft(filesystem, 100);
  });

  it("gives back what a rename replaces", () => {
    const filesystem = create();
    filesystem.writeFile("/a", "x".repeat(30));
    filesystem.writeFile("/b", "x".repeat(40));
    filesystem.rename("/a", "/b");
    expectBytesLeft(filesystem, 70);
  });

  it("counts a file of two names once, until both are gone", () => {
    const filesystem = create();
    filesystem.writeFile("/a", "x".repeat(60));
    filesystem.link("/a", "/b");
    expectBytesLeft(filesystem, 40);
    filesystem.removeFile("/a");
    expectBytesLeft(filesystem, 40);
    filesystem.removeFile("/b");
    expectBytesLeft(filesystem, 100);
  });

  it("counts the bytes of a symbolic link's target", () => {
    const filesystem = create();
    filesystem.symlink("é".repeat(20), "/link");
    expectBytesLeft(filesystem, 60);
    expect(codeOf(() => filesystem.symlink("x".repeat(61), "/other"))).toBe("ENOSPC");
    filesystem.removeFile("/link");
    expectBytesLeft(filesystem, 100);
  });

  it("gives the memory of a shortened file back", async () => {
    const filesystem = createInMemoryFileSystem();
    setFlagsFromString("--expose-gc");
    const collectGarbage = runInNewContext("gc") as () => void;
    collectGarbage();
    const before = process.memoryUsage().arrayBuffers;
    for (let index = 0; index < 20; index += 1) {
      filesystem.writeFile(`/${index}`, new Uint8Array(8 * 2 ** 20));
      filesystem.truncate(`/${index}`, 1);
    }
    // V8 frees the memory of collected buffers on a thread of its own.
    await expect
      .poll(() => {
        collectGarbage();
        return process.memoryUsage().arrayBuffers - before;
      })
      .toBeLessThan(64 * 2 ** 20);
  });
});

describe("maxInodes of createInMemoryFileSystem()", () => {
  const create = (maxInodes: number): InMemoryFileSystem => createInMemoryFileSystem({ maxInodes });

  it("bounds files, directories and links, the root among them", () => {
    const filesystem = create(5);
    filesystem.writeFile("/a", "");
    filesystem.mkdir("/b");
    filesystem.symlink("a", "/c");
    filesystem.link("/a", "/d");
    expect(codeOf(() => filesystem.writeFile("/e", ""))).toBe("ENOSPC");
    expect(codeOf(() => filesystem.mkdir("/e"))).toBe("ENOSPC");
    expect(() => filesystem.mkdir("/e")).toThrow("the quota is 5 files, directories and links");
    expect(codeOf(() => filesystem.symlink("a", "/e"))).toBe("ENOSPC");
    expect(codeOf(() => filesystem.link("/a", "/e"))).toBe("ENOSPC");
    expect(codeOf(() => filesystem.open("/e", readWrite, 0o644))).toBe("ENOSPC");
    expect(filesystem.readDir("/")).toEqual(["a", "b", "c", "d"]);
    expect(filesystem.usage().ffree).toBe(0);
    filesystem.removeFile("/d");
    filesystem.writeFile("/e", "");
  });

  it("gives back every inode of what is removed, replaced and closed", () => {
    const filesystem = create(10);
    for (let round = 0; round < 5; round += 1) {
      filesystem.mkdir("/a/b/c", { recursive: true });
      filesystem.writeFile("/a/file", "");
      filesystem.link("/a/file", "/a/link");
      const file = filesystem.open("/a/file", readWrite, 0o644);
      filesystem.rename("/a/link", "/a/b/c/moved");
      filesystem.removeFile("/a/file");
      filesystem.removeFile("/a/b/c/moved");
      expect(filesystem.usage().ffree).toBe(5);
      file.close();
      for (const directory of ["/a/b/c", "/a/b", "/a"]) filesystem.removeDir(directory);
      expect(filesystem.usage().ffree).toBe(9);
    }
  });
});

describe("usage() of createInMemoryFileSystem()", () => {
  it("counts in blocks, and knows no end without a limit", () => {
    const filesystem = createInMemoryFileSystem({ maxBytes: 10 * 4096, maxInodes: 10 });
    filesystem.writeFile("/a", new Uint8Array(4097));
    expect(filesystem.usage()).toMatchObject({ bsize: 4096, blocks: 10, bfree: 8, bavail: 8, files: 10, ffree: 8 });
    const { blocks, files } = createInMemoryFileSystem({ maxBytes: Infinity, maxInodes: Infinity }).usage();
    expect([blocks, files]).toEqual([Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER]);
  });

  it("tells no block free, never fewer, when the last bytes lie in a part of a block", () => {
    const filesystem = createInMemoryFileSystem({ maxBytes: 1_000_000 });
    filesystem.writeFile("/a", new Uint8Array(999_999));
    expect(filesystem.usage()).toMatchObject({ blocks: 244, bfree: 0, bavail: 0 });
    const tiny = createInMemoryFileSystem({ maxBytes: 10 });
    tiny.writeFile("/a", new Uint8Array(10));
    expect(tiny.usage()).toMatchObject({ blocks: 0, bfree: 0, bavail: 0 });
  });
});

describe("the quota of createInMemoryFileSystem(), after any program", () => {
  it("is what the files, the links and the open files without a name take, to the byte", () => {
    fc.assert(
      fc.property(fc.array(fileOperation, { maxLength: 60, size: "max" }), (operations) => {
        const filesystem = createInMemoryFileSystem({ maxBytes: 300, maxInodes: 12 });
        filesystem.mkdir("/x/y", { recursive: true });
        const runner = new MemoryRunner(filesystem, "/x/y");
        for (const operation of operations) codeOf(() => runner.run(operation));
        const unnamed = new Map(
          runner.files
            .map((file) => file.stat())
            .filter(({ nlink }) => nlink === 0)
            .map((stat) => [stat.ino, stat]),
        );
        let bytes = 0;
        for (const { size, type } of unnamed.values()) bytes += type === "directory" ? 0 : size;
        const { entries } = filesystem.snapshot();
        for (const entry of entries) {
          if (entry.type === "file") bytes += entry.content.length;
          if (entry.type === "symlink") bytes += Buffer.byteLength(entry.target);
        }
        expect(filesystem.usage().ffree).toBe(12 - entries.length - unnamed.size);
        expect(bytes).toBeLessThanOrEqual(300);
        for (const file of runner.files) file.close();
        if (filesystem.usage().ffree === 0) return;
        expectBytesLeft(
          filesystem,
          300 -
            bytes +
            [...unnamed.values()].reduce((sum, { size, type }) => sum + (type === "directory" ? 0 : size), 0),
        );
      }),
      { numRuns: 300 },
    );
  });
});

describe("createInMemoryFileSystem()", () => {
  it("refuses options that it does not know or that cannot be", () => {
    const wrong: ReadonlyArray<readonly [options: object, code: string]> = [
      [[], "ERR_INVALID_OPTION"],
      [{ maxByte: 1 }, "ERR_UNKNOWN_OPTION"],
      [{ __proto__: null, constructor: 1 }, "ERR_UNKNOWN_OPTION"],
      [{ maxBytes: -1 }, "ERR_INVALID_OPTION"],
      [{ maxBytes: Number.NaN }, "ERR_INVALID_OPTION"],
      [{ maxBytes: "5" }, "ERR_INVALID_OPTION"],
      [{ maxInodes: 0 }, "ERR_INVALID_OPTION"],
      [{ maxInodes: 1.5 }, "ERR_INVALID_OPTION"],
      [{ uid: Infinity }, "ERR_INVALID_OPTION"],
      [{ name: 5 }, "ERR_INVALID_OPTION"],
      [{ now: 5 }, "ERR_INVALID_OPTION"],
      [{ now: () => Number.NaN }, "ERR_INVALID_OPTION"],
      [{ now: () => "today" }, "ERR_INVALID_OPTION"],
    ];
    for (const [options, code] of wrong) {
      let error: unknown;
      try {
        createInMemoryFileSystem(options);
      } catch (thrown) {
        error = thrown;
      }
      expect(isVivariumError(error) && error.code, JSON.stringify(options)).toBe(code);
    }
  });
});
