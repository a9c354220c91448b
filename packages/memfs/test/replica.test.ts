import { describe, expect, test } from "vitest";
import { createInMemoryFileSystem, createReplica, replicaSourceOf } from "../src/index.ts";

const sourceOf = (filesystem: Parameters<typeof replicaSourceOf>[0]) => {
  const source = replicaSourceOf(filesystem);
  if (source === undefined) throw new Error("It has no replicas");
  return source;
};

describe("a replica of a filesystem in memory", () => {
  test("has the same in it, and the same limits, and goes its own way", () => {
    const original = createInMemoryFileSystem({ maxBytes: 100, maxInodes: 10, uid: 5, gid: 6 });
    original.writeFile("/folder/file", "text");
    original.symlink("file", "/folder/link");
    original.link("/folder/file", "/folder/other");
    original.chmod("/folder/file", 0o640);
    const replica = createReplica(structuredClone(sourceOf(original).capture()));
    expect(replica.snapshot()).toEqual(original.snapshot());
    expect(replica.usage()).toEqual(original.usage());
    expect(() => replica.writeFile("/long", new Uint8Array(98))).toThrow("ENOSPC");
    replica.writeFile("/new", "1");
    expect(replica.stat("/new")).toMatchObject({ uid: 5, gid: 6 });
    expect(original.exists("/new")).toBe(false);
  });

  test("changes at the time that it is told, as long as it is told one", () => {
    const filesystem = createInMemoryFileSystem();
    const source = sourceOf(filesystem);
    const answer = source.stampedAt(5, () => {
      filesystem.writeFile("/folder/file", "text");
      source.stampedAt(6, () => filesystem.mkdir("/other"));
      return filesystem.readDir("/");
    });
    expect(answer).toEqual(["folder", "other"]);
    expect(filesystem.stat("/folder/file")).toMatchObject({ atimeMs: 5, mtimeMs: 5, ctimeMs: 5, birthtimeMs: 5 });
    expect(filesystem.stat("/folder")).toMatchObject({ mtimeMs: 5, ctimeMs: 5, birthtimeMs: 5 });
    expect(filesystem.stat("/")).toMatchObject({ atimeMs: 5, mtimeMs: 6, ctimeMs: 6 });
    expect(() => source.stampedAt(7, () => filesystem.rename("/none", "/other"))).toThrow("ENOENT");
    const before = Date.now();
    filesystem.chmod("/other", 0o700);
    expect(filesystem.stat("/other").ctimeMs).toBeGreaterThanOrEqual(before);
  });

  test("is out of date after each change, and after no look", () => {
    const filesystem = createInMemoryFileSystem();
    const source = sourceOf(filesystem);
    let heard = 0;
    const unsubscribe = source.onChange(() => {
      heard += 1;
    });
    const changes: ReadonlyArray<() => unknown> = [
      () => filesystem.writeFile("/file", "text"),
      () => filesystem.writeFile("/file", ""),
      () => filesystem.pwrite("/file", 0, Buffer.from("text")),
      () => filesystem.truncate("/file", 2),
      () => filesystem.mkdir("/folder"),
      () => filesystem.rename("/file", "/folder/file"),
      () => filesystem.link("/folder/file", "/other"),
      () => filesystem.symlink("x", "/link"),
      () => filesystem.chmod("/other", 0o600),
      () => filesystem.chown("/other", 1, 1),
      () => filesystem.utimes("/other", 1, 1),
      () => filesystem.lutimes("/link", 1, 1),
      () => filesystem.removeFile("/other"),
      () => filesystem.removeFile("/link"),
      () => filesystem.removeFile("/folder/file"),
      () => filesystem.removeDir("/folder"),
      () => filesystem.open("/opened", { read: true, write: true, create: true } as never, 0o600),
      () => filesystem.restore(createInMemoryFileSystem().snapshot()),
    ];
    for (const [index, change] of changes.entries()) {
      const { version } = source;
      const before = heard;
      change();
      expect(source.version, `change ${index}`).toBeGreaterThan(version);
      expect(heard, `change ${index}`).toBeGreaterThan(before);
    }
    filesystem.writeFile("/file", "text");
    const { version } = source;
    for (const look of [
      () => filesystem.readFile("/file"),
      () => filesystem.stat("/file"),
      () => filesystem.readDir("/"),
      () => filesystem.exists("/none"),
      () => filesystem.snapshot(),
      () => filesystem.usage(),
    ]) {
      look();
    }
    expect(source.version).toBe(version);
    unsubscribe();
    const before = heard;
    filesystem.writeFile("/file", "other");
    expect(heard).toBe(before);
  });

  test("is made neither of a filesystem that somebody else has a hand in, nor of one with a clock of its own", () => {
    const patched = createInMemoryFileSystem();
    Object.defineProperty(patched, "readFile", { value: () => new Uint8Array(0) });
    expect(replicaSourceOf(patched)).toBeUndefined();
    expect(replicaSourceOf(new Proxy(createInMemoryFileSystem(), {}))).toBeUndefined();
    expect(replicaSourceOf(createInMemoryFileSystem({ now: () => 5 }))).toBeUndefined();
    expect(replicaSourceOf(createInMemoryFileSystem().clone())).toBeDefined();
  });
});
