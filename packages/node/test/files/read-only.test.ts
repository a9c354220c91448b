import fs from "node:fs";
import { join } from "node:path";
import type { FileSystem, MaybePromise } from "@vivarium/core";
import { describe, expect, it } from "vitest";
import { reading } from "../../src/files/host-content.ts";
import { createMountedFileSystem, createOverlayFileSystem, NodeFileSystem } from "../../src/index.ts";
import { makeHostFolder } from "./fixtures/host-folder.ts";

const changes: readonly [verb: string, run: (files: Required<FileSystem>) => MaybePromise<unknown>][] = [
  ["writeFile", (files) => files.writeFile("/file", "x")],
  ["writeFile of a new file", (files) => files.writeFile("/new", "x")],
  ["writeFile with parents", (files) => files.writeFile("/a/b/new", "x", { parents: true })],
  ["pwrite", (files) => files.pwrite("/file", 0, new Uint8Array(1))],
  ["truncate", (files) => files.truncate("/file", 0)],
  ["mkdir", (files) => files.mkdir("/new")],
  ["mkdir recursive", (files) => files.mkdir("/new/sub", { recursive: true })],
  ["createDir", (files) => files.createDir("/new")],
  ["removeFile", (files) => files.removeFile("/file")],
  ["removeDir", (files) => files.removeDir("/dir")],
  ["rename", (files) => files.rename("/file", "/new")],
  ["symlink", (files) => files.symlink("file", "/new")],
  ["link", (files) => files.link("/file", "/new")],
  ["chmod", (files) => files.chmod("/file", 0o600)],
  ["chown", (files) => files.chown("/file", 1, 1)],
  ["lchown", (files) => files.lchown("/file", 1, 1)],
  ["utimes", (files) => files.utimes("/file", 1, 1)],
  ["lutimes", (files) => files.lutimes("/file", 1, 1)],
  ["open to write", (files) => files.open("/file", { ...reading, write: true }, 0)],
  ["open to create", (files) => files.open("/new", { ...reading, create: true }, 0)],
  ["open to truncate", (files) => files.open("/file", { ...reading, truncate: true }, 0)],
  ["chmod of an open file", async (files) => (await files.open("/file", reading, 0)).chmod(0o600)],
];

describe("NodeFileSystem with readOnly", () => {
  it.each(changes)("refuses %s with EROFS, and nothing has changed", async (_verb, run) => {
    using folder = makeHostFolder();
    fs.writeFileSync(join(folder.root, "file"), "content");
    fs.mkdirSync(join(folder.root, "dir"));
    const before = fs.statSync(join(folder.root, "file"));
    const files = new NodeFileSystem({ root: folder.root, readOnly: true });
    await expect((async () => run(files))()).rejects.toMatchObject({ code: "EROFS" });
    expect(fs.readdirSync(folder.root).sort()).toEqual(["dir", "file"]);
    const { mode, mtimeMs, ctimeMs, size } = fs.statSync(join(folder.root, "file"));
    expect([mode, mtimeMs, ctimeMs, size]).toEqual([before.mode, before.mtimeMs, before.ctimeMs, before.size]);
  });

  it("says so, whatever stands around it", async () => {
    using folder = makeHostFolder();
    const lower = new NodeFileSystem({ root: folder.root, readOnly: true });
    const upper = new NodeFileSystem({ root: folder.root });
    const tree = createMountedFileSystem({ "/": upper, "/base": lower, "/made/up": upper });
    const overlay = createOverlayFileSystem({ lower, upper });
    expect(["/", "/base", "/base/any", "/made", "/made/up"].map((path) => tree.isReadOnly?.(path))).toEqual([
      false,
      true,
      true,
      true,
      false,
    ]);
    expect([lower.isReadOnly("/any"), upper.isReadOnly("/"), await overlay.isReadOnly?.("/")]).toEqual([
      true,
      false,
      false,
    ]);
    expect(await createOverlayFileSystem({ lower: upper, upper: lower }).isReadOnly?.("/")).toBe(true);
  });

  it("reads all the same", async () => {
    using folder = makeHostFolder();
    fs.writeFileSync(join(folder.root, "file"), "content");
    const files = new NodeFileSystem({ root: folder.root, readOnly: true });
    expect(await files.readTextFile("/file")).toBe("content");
    const file = await files.open("/file", reading, 0);
    await expect((async () => file.write(new Uint8Array(1), 0))()).rejects.toMatchObject({ code: "EBADF" });
    await file.close();
  });
});
