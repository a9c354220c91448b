import type { FsAccessRequest } from "@vivarium/core";
import { beforeEach, describe, expect, it } from "vitest";
import { GuestUnderTest } from "./support/guest-under-test.ts";
import { TinyFileSystem } from "./support/tiny-file-system.ts";

describe.each([
  ["asked component by component", { offersStatPlain: false }],
  ["with a short way", { offersStatPlain: true }],
])("calls that change the tree, over a driver %s", (_name, driver) => {
  let filesystem: TinyFileSystem;
  let guest: GuestUnderTest;

  beforeEach(() => {
    filesystem = new TinyFileSystem(driver).put("/w/f", "f").put("/w/d/x", "x");
    guest = new GuestUnderTest({ filesystem, permissions: { fs: () => true }, cwd: "/w" });
  });

  it("make a directory where its parent is, and all of them when asked to", () => {
    expect(guest.call("fs.mkdir", "a/b/c", 0o777, false)).toBe("ENOENT");
    expect(guest.call("fs.mkdir", "a/b/c", 0o777, true)).toBe("a");
    expect(guest.call("fs.mkdir", "a/b/c", 0o777, true)).toBe("");
    expect(guest.call("fs.mkdir", "a/b/c/d/", 0o777, true)).toBe("a/b/c/d/");
    expect(guest.call("fs.mkdir", "f", 0o777, false)).toBe("EEXIST");
    expect(guest.call("fs.mkdir", "f", 0o777, true)).toBe("EEXIST");
    expect(guest.call("fs.mkdir", "f/g", 0o777, true)).toBe("ENOTDIR");
    expect(guest.call("fs.readdir", ".")).toBe("2a\0" + "2d\0" + "1f");
  });

  it("create no file where its directory is missing", () => {
    expect(guest.callWith("fs.writeFile", "x", "none/f", 0o1101, 0o666)).toBe("ENOENT");
    expect(guest.call("fs.open", "none/f", 0o101, 0o666)).toBe("ENOENT");
    expect(guest.call("fs.mkdtemp", "none/t-")).toBe("ENOENT");
    expect(guest.call("fs.rename", "f", "none/f")).toBe("ENOENT");
    expect(guest.call("fs.copyFile", "f", "none/f", 0)).toBe("ENOENT");
    expect(guest.call("fs.symlink", "f", "none/f")).toBe("ENOENT");
    expect(filesystem.text("/w/f")).toBe("f");
  });

  it("remove files as files and empty directories as directories", () => {
    expect(guest.call("fs.unlink", "d")).toBe("EISDIR");
    expect(guest.call("fs.rmdir", "f")).toBe("ENOTDIR");
    expect(guest.call("fs.rmdir", "d")).toBe("ENOTEMPTY");
    expect(guest.call("fs.rmdir", "d/.")).toBe("EINVAL");
    expect(guest.call("fs.rmdir", "/")).toBe("EBUSY");
    expect(guest.call("fs.unlink", "d/x")).toBe(0);
    expect(guest.call("fs.rmdir", "d")).toBe(0);
    expect(guest.call("fs.unlink", "none")).toBe("ENOENT");
  });

  it("make temporary directories whose names differ", () => {
    const first = guest.call("fs.mkdtemp", "t-");
    expect(first).toMatch(/^t-[A-Za-z0-9]{6}$/);
    expect(guest.call("fs.mkdtemp", "t-")).not.toBe(first);
  });

  it("work from the directory that the guest has changed to", () => {
    expect(guest.call("process.chdir", "d")).toBe("/w/d");
    expect(guest.call("process.cwd")).toBe("/w/d");
    expect(guest.read("x")).toBe("x");
    expect(guest.call("process.chdir", "x")).toBe("ENOTDIR");
    expect(guest.call("process.chdir", "..")).toBe("/w");
  });

  it("apply the mask to what they create", () => {
    expect(guest.call("process.umask", 0o077)).toBe(0o022);
    guest.callWith("fs.writeFile", "x", "masked", 0o1101, 0o666);
    guest.call("fs.stat", "masked", true);
    expect((new Float64Array(guest.window.buffer)[1] ?? 0) & 0o777).toBe(0o600);
  });

  it("make the name of a socket where they may write and nothing is, without the bits of the mask", () => {
    const made: string[] = [];
    const sockets = Object.assign(new TinyFileSystem(driver).put("/w/f", "f"), {
      createSocket: (path: string, mode: number) => void made.push(`${path} ${mode.toString(8)}`),
    });
    const fs = ({ path, op }: FsAccessRequest): boolean => op === "stat" || (op === "write" && path !== "/w/denied");
    const careful = new GuestUnderTest({ filesystem: sockets, permissions: { fs }, cwd: "/w" });
    expect(careful.call("fs.createSocket", "denied", 0o777)).toBe("EACCES");
    expect(careful.call("fs.createSocket", "f", 0o777)).toBe("EEXIST");
    expect(careful.call("fs.createSocket", "none/s", 0o777)).toBe("ENOENT");
    expect(careful.call("fs.createSocket", "s/", 0o777)).toBe("ENOENT");
    expect(careful.call("fs.createSocket", "s", 0o107777)).toBe(0);
    expect(made).toEqual(["/w/s 7755"]);
    expect(guest.call("fs.createSocket", "s", 0o777)).toBe("ENOSYS");
  });

  it("ask about every directory that they would make before they make one", () => {
    const fs = ({ path }: FsAccessRequest): boolean => !path.endsWith("/denied");
    const careful = new GuestUnderTest({ filesystem, permissions: { fs }, cwd: "/w" });
    expect(careful.call("fs.mkdir", "new/denied", 0o777, true)).toBe("EACCES");
    expect(careful.call("fs.exists", "new")).toBe(0);
  });
});
