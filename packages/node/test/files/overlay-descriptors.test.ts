import fs from "node:fs";
import { join } from "node:path";
import { errnoCodeOfError, type FileSystem, type OpenFile } from "@vivarium/core";
import { createInMemoryFileSystem } from "@vivarium/memfs";
import { describe, expect, it } from "vitest";
import { reading } from "../../src/files/host-content.ts";
import { createOverlayFileSystem, NodeFileSystem, type OverlayFileSystem } from "../../src/index.ts";
import { type HostFolder, makeHostFolder } from "./fixtures/host-folder.ts";

interface World extends Disposable {
  readonly overlay: Required<FileSystem> & OverlayFileSystem;
  /** What the base has in its file. */
  readonly base: () => unknown;
}

const make = (lower: FileSystem, upper: FileSystem): World["overlay"] =>
  createOverlayFileSystem({ lower, upper }) as World["overlay"];

function inMemory(): World {
  const lower = createInMemoryFileSystem();
  lower.mkdir("/src");
  lower.writeFile("/src/main.js", "main", { mode: 0o640 });
  const overlay = make(lower, createInMemoryFileSystem());
  return {
    overlay,
    base: () => [lower.readTextFile("/src/main.js"), lower.stat("/src/main.js").mode],
    [Symbol.dispose]() {},
  };
}

function ofHost(): World {
  const folder: HostFolder = makeHostFolder();
  fs.mkdirSync(join(folder.root, "src"));
  const path = join(folder.root, "src/main.js");
  fs.writeFileSync(path, "main");
  fs.chmodSync(path, 0o640);
  const lower = new NodeFileSystem({ root: folder.root, readOnly: true });
  return {
    overlay: make(lower, new NodeFileSystem({ root: folder.outside })),
    base: () => [fs.readFileSync(path, "utf8"), fs.statSync(path).mode & 0o7777],
    [Symbol.dispose]: () => folder[Symbol.dispose](),
  };
}

async function textOf(file: OpenFile): Promise<string> {
  const room = Buffer.alloc(20);
  return room.toString("latin1", 0, await file.read(room, 0));
}

async function codeOf(act: () => unknown): Promise<unknown> {
  try {
    return { answer: await act() };
  } catch (error) {
    return errnoCodeOfError(error);
  }
}

const untouched = ["main", 0o640];

describe.each([
  ["in memory", inMemory],
  ["of the host", ofHost],
] as const)("A descriptor that was opened to read a file of an overlay's base, %s,", (_, open) => {
  it("changes its mode and times, and those of the path, and nothing in the base", async () => {
    using world = open();
    const { overlay } = world;
    const file = await overlay.open("/src/main.js", reading, 0);
    await file.chmod(0o600);
    await file.utimes(5_000, 6_000);
    await file.chown((await file.stat()).uid, (await file.stat()).gid);
    for (const stat of [await file.stat(), await overlay.stat("/src/main.js")]) {
      expect(stat).toMatchObject({ mode: 0o600, atimeMs: 5_000, mtimeMs: 6_000, size: 4 });
    }
    expect((await file.stat()).ino).toBe((await overlay.stat("/src/main.js")).ino);
    expect(await textOf(file)).toBe("main");
    await file.close();
    expect(world.base()).toEqual(untouched);
    expect(await overlay.changes()).toEqual([{ path: "/src/main.js", kind: "changed", type: "file" }]);
  });

  it("shows what others write, under whatever name by then, and still writes nothing", async () => {
    using world = open();
    const { overlay } = world;
    const files = [await overlay.open("/src/main.js", reading, 0), await overlay.open("/src/main.js", reading, 0)];
    await overlay.writeFile("/src/main.js", "written");
    await overlay.rename("/src/main.js", "/src/moved.js");
    for (const file of files) {
      expect(await textOf(file)).toBe("written");
      expect(await codeOf(() => file.write(Buffer.from("x"), 0))).toBe("EBADF");
      expect(await codeOf(() => file.truncate(0))).toBe("EINVAL");
    }
    await files[0]?.chmod(0o600);
    expect(await overlay.stat("/src/moved.js")).toMatchObject({ mode: 0o600 });
    for (const file of files) await file.close();
    expect(world.base()).toEqual(untouched);
  });

  it("is that of a file without a name once the file has been removed, whatever is there then", async () => {
    using world = open();
    const { overlay } = world;
    const file = await overlay.open("/src/main.js", reading, 0);
    await overlay.removeFile("/src/main.js");
    await overlay.writeFile("/src/main.js", "another", { mode: 0o644 });
    await file.chmod(0o600);
    expect(await file.stat()).toMatchObject({ mode: 0o600, size: 4 });
    expect(await textOf(file)).toBe("main");
    expect(await overlay.readTextFile("/src/main.js")).toBe("another");
    expect(await overlay.stat("/src/main.js")).not.toMatchObject({ mode: 0o600 });
    await file.close();
    expect(world.base()).toEqual(untouched);
  });

  it("is closed with what it has become", async () => {
    using world = open();
    const { overlay } = world;
    // A first change makes what an overlay keeps.
    await overlay.writeFile("/first", "");
    const before = fs.readdirSync("/proc/self/fd").length;
    const closed = await overlay.open("/src/main.js", reading, 0);
    await closed.close();
    const file = await overlay.open("/src/main.js", reading, 0);
    await file.chmod(0o600);
    await file.close();
    expect(fs.readdirSync("/proc/self/fd")).toHaveLength(before);
  });

  it("of a directory changes the directory's mode", async () => {
    using world = open();
    const { overlay } = world;
    const directory = await overlay.open("/src", reading, 0);
    await directory.chmod(0o700);
    expect(await overlay.stat("/src")).toMatchObject({ mode: 0o700 });
    await directory.close();
  });
});
