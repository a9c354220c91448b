import { execFileSync } from "node:child_process";
import fs from "node:fs";
import net from "node:net";
import { join } from "node:path";
import type { FileSystem, MaybePromise, OpenFlags } from "@vivarium/core";
import { describe, expect, it } from "vitest";
import { reading } from "../../src/files/host-content.ts";
import { NodeFileSystem } from "../../src/index.ts";
import { type HostFolder, makeHostFolder } from "./fixtures/host-folder.ts";

const writing: OpenFlags = { ...reading, write: true, create: true };

async function codeOf(act: () => MaybePromise<unknown>): Promise<unknown> {
  try {
    return { answer: await act() };
  } catch (error) {
    return (error as { readonly code?: unknown }).code;
  }
}

/** A folder with links of every kind to what lies outside of it. */
function makeTrap(): HostFolder {
  const folder = makeHostFolder();
  const { root, outside } = folder;
  fs.writeFileSync(join(outside, "secret"), "secret");
  fs.mkdirSync(join(root, "dir"));
  fs.symlinkSync(join(outside, "secret"), join(root, "absolute"));
  fs.symlinkSync("../outside/secret", join(root, "relative"));
  fs.symlinkSync("../../../../../../../../etc/passwd", join(root, "dir", "far"));
  fs.symlinkSync(outside, join(root, "folder"));
  fs.symlinkSync(`/proc/self/root${outside}`, join(root, "magic"));
  return folder;
}

const attempts: readonly [name: string, (files: Required<FileSystem>) => MaybePromise<unknown>][] = [
  ["a link with an absolute target", (files) => files.readFile("/absolute")],
  ["a link with a relative target", (files) => files.readFile("/relative")],
  ["a link with many steps up", (files) => files.readFile("/dir/far")],
  ["a directory that is a link", (files) => files.readFile("/folder/secret")],
  ["a directory by way of /proc", (files) => files.readFile("/magic/secret")],
  ["an open file", (files) => files.open("/absolute", { ...reading, noFollow: false }, 0)],
  ["an open file below a link", (files) => files.open("/folder/secret", reading, 0)],
  ["a new file below a link", (files) => files.open("/folder/new", writing, 0o644)],
  ["writeFile through a link", (files) => files.writeFile("/folder/secret", "x")],
  ["truncate", (files) => files.truncate("/absolute", 0)],
  ["chmod", (files) => files.chmod("/absolute", 0o777)],
  ["utimes", (files) => files.utimes("/folder/secret", 1, 1)],
  ["mkdir below a link", (files) => files.mkdir("/folder/new")],
  ["mkdir recursive below a link", (files) => files.mkdir("/folder/new/sub", { recursive: true })],
  ["removal below a link", (files) => files.removeFile("/folder/secret")],
  ["rename out of the tree", (files) => files.rename("/dir", "/folder/dir")],
  ["rename into the tree", (files) => files.rename("/folder/secret", "/here")],
  ["a hard link from outside", (files) => files.link("/folder/secret", "/here")],
  ["a symbolic link outside", (files) => files.symlink("x", "/folder/link")],
  ["a listing", (files) => files.readDirWithTypes("/folder")],
  ["stat", (files) => files.stat("/absolute")],
];

describe("NodeFileSystem leaves no way out of its root", () => {
  it.each(attempts)("by %s", async (_name, act) => {
    using folder = makeTrap();
    const before = fs.statSync(join(folder.outside, "secret"));
    const files = new NodeFileSystem({ root: folder.root });
    expect(await codeOf(() => act(files))).toMatch(/^(ENOENT|ELOOP)$/);
    expect(fs.readdirSync(folder.outside)).toEqual(["secret"]);
    const { mode, size, mtimeMs } = fs.statSync(join(folder.outside, "secret"));
    expect([mode, size, mtimeMs]).toEqual([before.mode, before.size, before.mtimeMs]);
  });

  it("and tells nothing of what is behind a link: what is there and what is not look alike to the kernel", async () => {
    using folder = makeTrap();
    const { resolved } = new NodeFileSystem({ root: folder.root });
    for (const name of ["secret", "missing", "secret/below", "missing/below"]) {
      expect(await codeOf(() => resolved.lstat(`/folder/${name}`))).toBe("ELOOP");
    }
  });

  it("refuses paths that are not normalised, or no text", async () => {
    using folder = makeTrap();
    const files = new NodeFileSystem({ root: folder.root });
    for (const path of ["dir", "/../outside/secret", "/dir/../..", "/dir/.", "//dir", "/dir/", "/a\0b", "/\uD800"]) {
      expect(await codeOf(() => files.stat(path)), path).toBe("EINVAL");
      expect(await codeOf(() => files.rename("/dir", path)), path).toBe("EINVAL");
    }
  });

  it("and follows links within it, from its own root on", async () => {
    using folder = makeHostFolder();
    fs.mkdirSync(join(folder.root, "a/b"), { recursive: true });
    fs.writeFileSync(join(folder.root, "a/b/file"), "inside");
    fs.symlinkSync("/a/b", join(folder.root, "to-b"));
    fs.symlinkSync("../../../../a", join(folder.root, "a/b/up"));
    const files = new NodeFileSystem({ root: folder.root });
    expect(await files.readTextFile("/to-b/file")).toBe("inside");
    expect(await files.realpath("/to-b/up/b/file")).toBe("/a/b/file");
    await files.writeFile("/to-b/new", "x");
    expect(fs.readdirSync(join(folder.root, "a/b")).sort()).toEqual(["file", "new", "up"]);
  });
});

describe("NodeFileSystem opens nothing but files and directories", () => {
  it("tells of pipes and sockets, and refuses to open them", async () => {
    using folder = makeHostFolder();
    execFileSync("mkfifo", [join(folder.root, "pipe")]);
    const server = net.createServer();
    await new Promise<void>((resolve) => server.listen(join(folder.root, "socket"), resolve));
    const files = new NodeFileSystem({ root: folder.root });
    const types = (await files.readDirWithTypes("/")).map(({ name, type }) => [name, type]).sort();
    expect(types).toEqual([
      ["pipe", "fifo"],
      ["socket", "socket"],
    ]);
    for (const path of ["/pipe", "/socket"]) {
      expect(await codeOf(() => files.open(path, reading, 0))).toBe("ENXIO");
      expect(await codeOf(() => files.open(path, writing, 0))).toBe("ENXIO");
      expect(await codeOf(() => files.readFile(path))).toBe("ENXIO");
      expect(await codeOf(() => files.writeFile(path, "x"))).toBe("ENXIO");
    }
    await new Promise((resolve) => server.close(resolve));
  });

  it.runIf(process.platform === "linux")("and no devices, nor what the host's kernel says of itself", async () => {
    const files = new NodeFileSystem({ root: "/", readOnly: true });
    expect((await files.stat("/dev/null")).type).toBe("character-device");
    expect(await codeOf(() => files.readFile("/dev/null"))).toBe("ENXIO");
    for (const path of ["/proc/self/environ", "/proc/self/mem", "/proc/1/cmdline", "/proc", "/sys/kernel"]) {
      expect(await codeOf(() => files.stat(path)), path).toBe("EACCES");
    }
    const one = new NodeFileSystem({ root: "/", readOnly: true, oneFileSystem: true });
    expect(await codeOf(() => one.stat("/dev/null"))).toBe("EACCES");
    expect((await one.stat("/usr")).type).toBe("directory");
  });
});

describe("What NodeFileSystem tells", () => {
  it("names the paths of guests alone", async () => {
    using folder = makeTrap();
    const files = new NodeFileSystem({ root: folder.root });
    const failures = [
      () => files.readFile("/missing"),
      () => files.readFile("/missing/below"),
      () => files.readDirWithTypes("/absolute/x"),
      () => files.mkdir("/dir"),
      () => files.removeDir("/"),
      () => files.rename("/missing", "/x"),
      () => files.link("/dir", "/x"),
      () => files.symlink("x", "/dir"),
      () => files.chmod("/dir", 0o4755),
    ];
    for (const act of failures) {
      const error: unknown = await (async () => act())().catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(Error);
      const told = JSON.stringify([error, (error as Error).message, (error as Error).cause]);
      expect(told).not.toContain(folder.root);
      expect(told).not.toContain("/proc");
    }
  });

  it("has no bits that would give a guest's program the authority of the host", async () => {
    using folder = makeHostFolder();
    const files = new NodeFileSystem({ root: folder.root });
    await files.writeFile("/tool", "#!/bin/sh", { mode: 0o6755 });
    await files.mkdir("/shared", { mode: 0o7777 });
    const file = await files.open("/tool", writing, 0o6755);
    for (const act of [
      () => files.chmod("/tool", 0o4755),
      () => files.chmod("/tool", 0o2755),
      () => file.chmod(0o4755),
    ]) {
      expect(await codeOf(act)).toBe("EPERM");
    }
    await file.close();
    for (const name of ["tool", "shared"]) expect(fs.statSync(join(folder.root, name)).mode & 0o6000).toBe(0);
  });

  it("leaves out names that are no text, so that no two entries look alike", async () => {
    using folder = makeHostFolder();
    for (const byte of [0xff, 0xfe]) {
      fs.writeFileSync(Buffer.concat([Buffer.from(`${folder.root}/a`), Buffer.from([byte])]), "x");
    }
    fs.writeFileSync(join(folder.root, "b\uFFFD"), "x");
    const files = new NodeFileSystem({ root: folder.root });
    expect(await files.readDir("/")).toEqual(["b\uFFFD"]);
  });
});

describe.runIf(process.platform === "linux")("The descriptors of NodeFileSystem", () => {
  const open = (): number => fs.readdirSync("/proc/self/fd").length;

  it("are closed again, whatever became of a call", async () => {
    using folder = makeTrap();
    const before = open();
    for (const threads of ["long", "all"] as const) {
      const files = new NodeFileSystem({ root: folder.root, threads });
      for (const [, act] of attempts) await codeOf(() => act(files));
      await files.writeFile("/file", "content");
      const file = await files.open("/file", writing, 0);
      await file.close();
      expect(await codeOf(() => file.close())).toBe("EBADF");
      expect(await codeOf(() => file.stat())).toBe("EBADF");
    }
    expect(open()).toBe(before);
  });

  it("are not closed under a call that is under way", async () => {
    using folder = makeHostFolder();
    const content = Buffer.alloc(8 * 2 ** 20, "x");
    fs.writeFileSync(join(folder.root, "large"), content);
    fs.writeFileSync(join(folder.root, "other"), Buffer.alloc(8 * 2 ** 20, "y"));
    const files = new NodeFileSystem({ root: folder.root });
    const file = await files.open("/large", reading, 0);
    const target = Buffer.alloc(content.length);
    const count = file.read(target, 0);
    const closed = file.close();
    const other = await files.open("/other", reading, 0);
    expect(await count).toBe(content.length);
    await closed;
    expect(target.equals(content)).toBe(true);
    await other.close();
  });
});
