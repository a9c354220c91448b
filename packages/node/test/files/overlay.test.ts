import fs from "node:fs";
import { join } from "node:path";
import { describeFileSystem } from "@vivarium/conformance";
import type { FileSystem, MaybePromise } from "@vivarium/core";
import { createInMemoryFileSystem, type InMemoryFileSystem } from "@vivarium/memfs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { reading } from "../../src/files/host-content.ts";
import { createOverlayFileSystem, NodeFileSystem, type OverlayFileSystem } from "../../src/index.ts";
import { makeHostFolder } from "./fixtures/host-folder.ts";
import { createMinimalDriver } from "./fixtures/minimal-driver.ts";
import { outcomeOf, treeOf, treeOperation } from "./fixtures/tree-operations.ts";

const memory = createInMemoryFileSystem;

describeFileSystem("createOverlayFileSystem() over an empty base", () =>
  createOverlayFileSystem({ lower: memory(), upper: memory() }),
);

describeFileSystem("createOverlayFileSystem(), in a directory of the base", () => {
  const lower = memory();
  lower.mkdir("/a/b", { recursive: true });
  return { filesystem: createOverlayFileSystem({ lower, upper: memory() }), directory: "/a/b" };
});

describeFileSystem(
  "createOverlayFileSystem() of two directories of the host",
  () => {
    const folder = makeHostFolder();
    const lower = new NodeFileSystem({ root: folder.root, readOnly: true });
    const upper = new NodeFileSystem({ root: folder.outside });
    const filesystem = createOverlayFileSystem({ lower, upper });
    return { filesystem, [Symbol.asyncDispose]: async () => folder[Symbol.dispose]() };
  },
  { owners: process.getuid?.() === 0, sockets: false },
);

type Files = Required<FileSystem> & OverlayFileSystem;

function makeBase(): InMemoryFileSystem {
  const lower = memory();
  lower.mkdir("/src/deep", { recursive: true });
  lower.writeFile("/package.json", "{}", { mode: 0o600 });
  lower.writeFile("/src/main.js", "main");
  lower.writeFile("/src/deep/util.js", "util");
  lower.symlink("src/main.js", "/link");
  lower.utimes("/src/main.js", 1_000_000, 2_000_000);
  lower.utimes("/src", 1_000_000, 3_000_000);
  return lower;
}

function make(lower: FileSystem = makeBase(), upper: FileSystem = memory()): Files {
  return createOverlayFileSystem({ lower, upper }) as Files;
}

describe("createOverlayFileSystem()", () => {
  it("answers every step of any program as one filesystem does, and never changes its base", async () => {
    // Hard links of the base are files of their own once they are changed: that is told below.
    const unlinked = treeOperation.filter(({ verb }) => verb !== "link");
    const program = fc.array(unlinked, { minLength: 5, maxLength: 40, size: "max" });
    await fc.assert(
      fc.asyncProperty(program, program, async (before, operations) => {
        const lower = memory();
        // A directory above every path: a link to `..` stays in what the two have in common.
        lower.mkdir("/w");
        for (const operation of before) await outcomeOf(lower, operation, "/w");
        const model = lower.clone();
        const state = stateOf(lower);
        const upper = memory();
        const overlay = make(lower, upper);
        for (const operation of operations) {
          const wanted = await outcomeOf(model, operation, "/w");
          expect(await outcomeOf(overlay, operation, "/w")).toEqual(wanted);
        }
        const tree = await treeOf(model, "/");
        expect(await treeOf(overlay, "/")).toEqual(tree);
        // A second overlay over what the first has left shows the same.
        expect(await treeOf(make(lower, upper), "/")).toEqual(tree);
        expect(stateOf(lower)).toEqual(state);
      }),
      { numRuns: 300 },
    );
  });

  it("keeps two names of one file of the base together until one of them is changed", async () => {
    const lower = memory();
    lower.writeFile("/a", "content");
    lower.link("/a", "/b");
    const overlay = make(lower);
    await overlay.writeFile("/a", "changed");
    expect(await overlay.readTextFile("/b")).toBe("content");
    await overlay.link("/a", "/c");
    await overlay.writeFile("/c", "both");
    expect(await overlay.readTextFile("/a")).toBe("both");
    await overlay.rename("/a", "/c");
    expect(await overlay.readDir("/")).toEqual(expect.arrayContaining(["a", "b", "c"]));
  });

  it("copies a file with its mode and times, and leaves those of the directories on the way", async () => {
    const overlay = make();
    const source = await overlay.stat("/src");
    await overlay.chmod("/package.json", 0o640);
    expect((await overlay.stat("/package.json")).mode).toBe(0o640);
    await (await overlay.open("/src/main.js", { ...reading, write: true }, 0)).close();
    expect((await overlay.stat("/src/main.js")).mtimeMs).toBe(2_000_000);
    expect((await overlay.stat("/src")).mtimeMs).toBe(source.mtimeMs);
    expect((await overlay.stat("/src")).mtimeMs).toBe(3_000_000);
  });

  it("shows nothing of a directory of the base that was removed and made anew", async () => {
    const upper = memory();
    const overlay = make(makeBase(), upper);
    await overlay.removeFile("/src/main.js");
    await overlay.removeFile("/src/deep/util.js");
    await overlay.removeDir("/src/deep");
    await overlay.removeDir("/src");
    await overlay.mkdir("/src");
    expect(await overlay.readDir("/src")).toEqual([]);
    expect(await codeOf(() => overlay.stat("/src/deep/util.js"))).toBe("ENOENT");
    expect(await codeOf(() => overlay.statPlain("/src/main.js"))).toEqual({ answer: undefined });
    expect(await make(makeBase(), upper).readDir("/src")).toEqual([]);
  });

  it("has a place of its own that no path leads to", async () => {
    const lower = makeBase();
    lower.mkdir("/.vivarium-overlay/dead", { recursive: true });
    lower.writeFile("/.vivarium-overlay/dead/package.json", "");
    const upper = memory();
    const overlay = make(lower, upper);
    await overlay.removeFile("/link");
    expect(upper.exists("/.vivarium-overlay/dead/link")).toBe(true);
    expect(await overlay.readDir("/")).not.toContain(".vivarium-overlay");
    await overlay.symlink("/.vivarium-overlay/dead", "/way");
    for (const path of ["/.vivarium-overlay", "/.vivarium-overlay/dead", "/.vivarium-overlay/dead/link", "/way/link"]) {
      expect(await overlay.exists(path)).toBe(false);
      for (const act of [
        () => overlay.stat(path),
        () => overlay.lstat(path),
        () => overlay.readFile(path),
        () => overlay.readDirWithTypes(path),
        () => overlay.removeFile(path),
        () => overlay.removeDir(path),
        () => overlay.rename(path, "/stolen"),
        () => overlay.chmod(path, 0o777),
        () => overlay.open(path, reading, 0),
      ]) {
        // Of the link itself a guest may do what it likes.
        if (path !== "/way") expect(await codeOf(act)).toBe("ENOENT");
      }
      for (const act of [
        () => overlay.writeFile(path, "x"),
        () => overlay.mkdir(path),
        () => overlay.symlink("x", path),
        () => overlay.link("/package.json", path),
        () => overlay.rename("/package.json", path),
        () => overlay.mkdir(`${path}/x`, { recursive: true }),
      ]) {
        expect(await codeOf(act)).toMatch(/^(EPERM|ENOENT)$/);
      }
    }
    // The kernel's view follows no link at all, the driver beneath may.
    expect(await codeOf(() => overlay.resolved?.lstat?.("/way/link"))).toBe("ELOOP");
    expect(await overlay.readTextFile("/package.json")).toBe("{}");
    expect(await overlay.exists("/link")).toBe(false);
  });

  it("tells what has been changed", async () => {
    const overlay = make();
    expect(await overlay.changes()).toEqual([]);
    await overlay.writeFile("/src/main.js", "changed");
    await overlay.removeFile("/src/deep/util.js");
    await overlay.mkdir("/new/dir", { recursive: true });
    await overlay.writeFile("/new/file", "x");
    await overlay.rename("/link", "/renamed");
    expect(await overlay.changes()).toEqual([
      { path: "/link", kind: "removed", type: "symlink" },
      { path: "/new", kind: "added", type: "directory" },
      { path: "/new/dir", kind: "added", type: "directory" },
      { path: "/new/file", kind: "added", type: "file" },
      { path: "/renamed", kind: "added", type: "symlink" },
      { path: "/src/deep/util.js", kind: "removed", type: "file" },
      { path: "/src/main.js", kind: "changed", type: "file" },
    ]);
    await overlay.rename("/src", "/lib");
    await overlay.mkdir("/src");
    await overlay.writeFile("/src/main.js", "anew");
    const later = (await overlay.changes()).map(({ kind, path }) => `${kind} ${path}`);
    expect(later).toContain("removed /src/deep");
    expect(later).toContain("changed /src/main.js");
    expect(later).toContain("added /lib/deep");
  });

  it("takes calls that come at once one after the other", async () => {
    const lower = makeBase();
    lower.writeFile("/large", new Uint8Array(5_000_000).fill(1));
    const overlay = make(lower, createMinimalDriver());
    const piece = (index: number): MaybePromise<void> => overlay.pwrite("/large", index * 10, Buffer.from([index]));
    await Promise.all([...Array.from({ length: 20 }, (_, index) => piece(index)), overlay.rename("/src", "/lib")]);
    const content = await overlay.readFile("/large");
    expect(content.length).toBe(5_000_000);
    for (let index = 0; index < 20; index += 1) expect(content[index * 10]).toBe(index);
    expect(await overlay.readTextFile("/lib/deep/util.js")).toBe("util");
  });

  it("leaves nothing of a copy that the upper filesystem has no room for", async () => {
    const lower = makeBase();
    lower.writeFile("/large", new Uint8Array(300_000));
    const upper = memory({ maxBytes: 100_000 });
    const overlay = make(lower, upper);
    expect(await codeOf(() => overlay.pwrite("/large", 0, Buffer.from("x")))).toBe("ENOSPC");
    expect((await overlay.readFile("/large")).length).toBe(300_000);
    expect(await overlay.changes()).toEqual([]);
  });

  it("shows a directory of the host that may only be read as one that can be changed", async () => {
    using folder = makeHostFolder();
    fs.mkdirSync(join(folder.root, "sub"));
    fs.writeFileSync(join(folder.root, "sub/file"), "of the host", { mode: 0o640 });
    const overlay = make(new NodeFileSystem({ root: folder.root, readOnly: true }));
    await overlay.writeFile("/sub/file", "changed");
    await overlay.rename("/sub", "/moved");
    expect((await overlay.stat("/moved/file")).mode).toBe(0o640);
    expect(await overlay.readTextFile("/moved/file")).toBe("changed");
    expect(fs.readFileSync(join(folder.root, "sub/file"), "utf8")).toBe("of the host");
  });

  it("refuses what is no filesystem, and one that would be both layers", () => {
    const both = memory();
    const wrong: readonly [options: object, code: string][] = [
      [{}, "ERR_INVALID_OPTION"],
      [{ lower: memory() }, "ERR_INVALID_OPTION"],
      [{ lower: both, upper: both }, "ERR_INVALID_OPTION"],
      [{ lower: memory(), upper: {} }, "ERR_INVALID_DRIVER"],
      [{ lower: memory(), upper: memory(), top: 1 }, "ERR_UNKNOWN_OPTION"],
    ];
    for (const [options, code] of wrong) {
      const act = (): unknown => createOverlayFileSystem(options as { lower: FileSystem; upper: FileSystem });
      expect(act).toThrow(expect.objectContaining({ code }));
    }
  });
});

/** All but the times of access, which reading moves on. */
function stateOf(files: InMemoryFileSystem): unknown {
  return files.snapshot().entries.map((entry) => ({ ...entry, atimeMs: 0 }));
}

async function codeOf(act: () => MaybePromise<unknown>): Promise<unknown> {
  try {
    return { answer: await act() };
  } catch (error) {
    return (error as { readonly code?: unknown }).code;
  }
}
