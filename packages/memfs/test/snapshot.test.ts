import { isVivariumError } from "@vivarium/core";
import { createInMemoryFileSystem, type FileSystemSnapshot, type InMemoryFileSystem } from "@vivarium/memfs";
import { describe, expect, it } from "vitest";
import { flags } from "./fixtures/open-flags.ts";

/** A filesystem with one of everything. */
function createFull(): InMemoryFileSystem {
  const filesystem = createInMemoryFileSystem();
  filesystem.mkdir("/dir/sub", { recursive: true, mode: 0o700 });
  filesystem.mkdir("/empty");
  filesystem.writeFile("/dir/file.bin", Uint8Array.of(0, 255, 128), { mode: 0o640 });
  filesystem.writeFile("/__proto__", "not a prototype");
  filesystem.link("/dir/file.bin", "/dir/sub/again");
  filesystem.symlink("../dir/file.bin", "/empty/link");
  filesystem.link("/empty/link", "/link-again");
  filesystem.createSocket("/dir/socket", 0o750);
  filesystem.link("/dir/socket", "/socket-again");
  filesystem.chown("/dir", 5, 6);
  filesystem.utimes("/dir/file.bin", 1_000.5, 2_000.25);
  filesystem.utimes("/dir", 3_000, 4_000);
  return filesystem;
}

const text = (filesystem: InMemoryFileSystem, path: string): string => filesystem.readTextFile(path);

describe("snapshot() and restore()", () => {
  it("bring back all that there was: content, links, modes, owners, times", () => {
    const original = createFull();
    const snapshot = original.snapshot();
    const restored = createInMemoryFileSystem();
    restored.writeFile("/gone/later", "");
    restored.restore(snapshot);
    expect(restored.snapshot()).toEqual(snapshot);
    for (const path of ["/", "/dir", "/dir/file.bin", "/empty/link", "/link-again", "/dir/socket"]) {
      const { ino: _, ...stat } = original.lstat(path);
      expect(restored.lstat(path), path).toMatchObject(stat);
    }
    expect(restored.stat("/dir/file.bin").ino).toBe(restored.stat("/dir/sub/again").ino);
    expect(restored.usage()).toEqual(original.usage());
    expect([...restored.readFile("/dir/sub/again")]).toEqual([0, 255, 128]);
  });

  it("survive structuredClone", () => {
    const snapshot = createFull().snapshot();
    const restored = createInMemoryFileSystem();
    restored.restore(structuredClone(snapshot));
    expect(restored.snapshot()).toEqual(snapshot);
  });

  it("share nothing with the filesystem", () => {
    const filesystem = createFull();
    const snapshot = filesystem.snapshot();
    const pristine = structuredClone(snapshot);
    filesystem.pwrite("/dir/file.bin", 0, Uint8Array.of(9));
    filesystem.removeFile("/__proto__");
    expect(snapshot).toEqual(pristine);
    filesystem.restore(snapshot);
    filesystem.pwrite("/dir/file.bin", 0, Uint8Array.of(9));
    expect(snapshot).toEqual(pristine);
    expect(Object.isFrozen(snapshot) && Object.isFrozen(snapshot.entries) && Object.isFrozen(snapshot.entries[1])).toBe(
      true,
    );
  });

  it("hold ten thousand nested directories, deeper than any path reaches", () => {
    const filesystem = createInMemoryFileSystem();
    // Each round puts a tree of depth 1000 below the last: `/top/a/a/…/top/a/a/…`.
    const deep = `/top${"/a".repeat(1000)}`;
    filesystem.mkdir(deep, { recursive: true });
    for (let round = 0; round < 9; round += 1) {
      filesystem.rename("/top", "/next");
      filesystem.mkdir(deep, { recursive: true });
      filesystem.rename("/next", `${deep}/top`);
    }
    const snapshot = filesystem.snapshot();
    expect(snapshot.entries.length).toBeGreaterThan(10_000);
    const copy = filesystem.clone();
    expect(copy.snapshot()).toEqual(snapshot);
    copy.restore(createInMemoryFileSystem().snapshot());
    expect(copy.readDir("/")).toEqual([]);
  });

  it("leave open files usable, without a name, and counted until they are closed", () => {
    const filesystem = createInMemoryFileSystem({ maxBytes: 100 });
    const before = filesystem.snapshot();
    filesystem.writeFile("/file", "x".repeat(60));
    const file = filesystem.open("/file", flags({ read: true, write: true }), 0);
    filesystem.restore(before);
    expect(filesystem.exists("/file")).toBe(false);
    expect(file.stat()).toMatchObject({ nlink: 0, size: 60 });
    expect(() => filesystem.writeFile("/other", "x".repeat(41))).toThrow("ENOSPC");
    file.close();
    filesystem.writeFile("/other", "x".repeat(100));
  });

  it("refuse what does not fit, and change nothing", () => {
    const large = createInMemoryFileSystem();
    large.writeFile("/large", "x".repeat(101));
    const many = createInMemoryFileSystem();
    for (let index = 0; index < 10; index += 1) many.writeFile(`/${index}`, "");
    const filesystem = createInMemoryFileSystem({ maxBytes: 100, maxInodes: 10 });
    filesystem.writeFile("/file", "content");
    expect(() => filesystem.restore(large.snapshot())).toThrow("ENOSPC");
    expect(() => filesystem.restore(many.snapshot())).toThrow("ENOSPC");
    expect(text(filesystem, "/file")).toBe("content");
  });
});

describe("restore() of data that is no snapshot", () => {
  const metadata = { mode: 0o755, uid: 0, gid: 0, atimeMs: 0, mtimeMs: 0, ctimeMs: 0, birthtimeMs: 0 };
  const root = { type: "directory", parent: -1, name: "", ...metadata };
  const file = { type: "file", parent: 0, name: "file", content: new Uint8Array(), ...metadata };
  const wrong: Readonly<Record<string, unknown>> = {
    nothing: undefined,
    "no object": "snapshot",
    "another version": { version: 2, entries: [root] },
    "no entries": { version: 1 },
    "an empty list": { version: 1, entries: [] },
    "no root": { version: 1, entries: [file] },
    "an entry that is null": { version: 1, entries: [root, null] },
    "a parent that comes later": {
      version: 1,
      entries: [root, { ...file, parent: 2 }, { ...root, parent: 0, name: "d" }],
    },
    "a parent that is itself": { version: 1, entries: [root, { ...root, parent: 1, name: "d" }] },
    "a parent that is a file": { version: 1, entries: [root, file, { ...file, parent: 1 }] },
    "a parent of a wrong kind": { version: 1, entries: [root, { ...file, parent: "0" }] },
    "a second root": { version: 1, entries: [root, root] },
    "one name twice": { version: 1, entries: [root, file, file] },
    "the name ..": { version: 1, entries: [root, { ...file, name: ".." }] },
    "the name .": { version: 1, entries: [root, { ...file, name: "." }] },
    "a name with a slash": { version: 1, entries: [root, { ...file, name: "a/b" }] },
    "a name with a NUL": { version: 1, entries: [root, { ...file, name: "a\0b" }] },
    "half a character": { version: 1, entries: [root, { ...file, name: "\ud800" }] },
    "a name too long": { version: 1, entries: [root, { ...file, name: "x".repeat(256) }] },
    "an unknown type": { version: 1, entries: [root, { ...file, type: "fifo" }] },
    "content that is text": { version: 1, entries: [root, { ...file, content: "text" }] },
    "a mode out of range": { version: 1, entries: [root, { ...file, mode: 0o100644 }] },
    "an owner that is no number": { version: 1, entries: [root, { ...file, uid: "root" }] },
    "a time that is no number": { version: 1, entries: [root, { ...file, mtimeMs: Number.NaN }] },
    "a link to nothing": { version: 1, entries: [root, { ...file, type: "symlink", target: "" }] },
    "a hard link to a directory": { version: 1, entries: [root, { type: "hard-link", parent: 0, name: "l", to: 0 }] },
    "a hard link to what comes later": {
      version: 1,
      entries: [root, { type: "hard-link", parent: 0, name: "l", to: 2 }, file],
    },
  };

  it.each(Object.entries(wrong))("fails with ERR_INVALID_SNAPSHOT for %s, and changes nothing", (_, snapshot) => {
    const filesystem = createInMemoryFileSystem();
    filesystem.writeFile("/file", "content");
    let error: unknown;
    try {
      filesystem.restore(snapshot as FileSystemSnapshot);
    } catch (thrown) {
      error = thrown;
    }
    expect(isVivariumError(error, "ERR_INVALID_SNAPSHOT")).toBe(true);
    expect(filesystem.readTextFile("/file")).toBe("content");
  });

  it("takes data that is right, so that the cases above fail for their own reason", () => {
    const filesystem = createInMemoryFileSystem();
    const link = { type: "hard-link", parent: 0, name: "link", to: 1 };
    filesystem.restore({ version: 1, entries: [root, file, link] } as FileSystemSnapshot);
    expect(filesystem.readDir("/")).toEqual(["file", "link"]);
    expect(filesystem.stat("/file").nlink).toBe(2);
  });
});

describe("clone()", () => {
  it("makes an independent copy with the same limits", () => {
    const original = createInMemoryFileSystem({ maxBytes: 100, uid: 7 });
    original.writeFile("/file", "content");
    const copy = original.clone();
    copy.pwrite("/file", 0, Buffer.from("C"));
    original.pwrite("/file", 0, Buffer.from("K"));
    expect([text(original, "/file"), text(copy, "/file")]).toEqual(["Kontent", "Content"]);
    expect(() => copy.writeFile("/large", new Uint8Array(100))).toThrow("ENOSPC");
    copy.writeFile("/made", "");
    expect(copy.stat("/made").uid).toBe(7);
    expect(original.exists("/made")).toBe(false);
  });
});
