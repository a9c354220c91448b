import { allowPaths } from "@vivarium/core";
import { beforeEach, describe, expect, it } from "vitest";
import { GuestUnderTest } from "../support/guest-under-test.ts";
import { TinyFileSystem } from "../support/tiny-file-system.ts";

const permissions = { fs: allowPaths({ read: ["/workspace/**"], write: ["/workspace/**"] }) };

describe.each([
  ["asked component by component", { offersStatPlain: false }],
  ["with a short way", { offersStatPlain: true }],
])("paths that try to leave what is allowed, over a driver %s", (_name, driver) => {
  let filesystem: TinyFileSystem;
  let guest: GuestUnderTest;

  beforeEach(() => {
    filesystem = new TinyFileSystem(driver).put("/secret/key", "the key").put("/workspace/a.txt", "mine");
    filesystem.put("/workspace/deep/b.txt", "b").put("/workspace-not/c.txt", "c");
    guest = new GuestUnderTest({ filesystem, permissions, cwd: "/workspace" });
  });

  it.each([
    "/secret/key",
    "../secret/key",
    "/workspace/../secret/key",
    "/workspace//..//secret//key",
    "/workspace/./deep/../../secret/key",
    "//secret/key",
    "/workspace/../../../../secret/key",
    "deep/../../workspace-not/c.txt",
    "/workspace-not/c.txt",
    "/secret/../secret/key",
  ])("are refused: %s", (path) => {
    expect(guest.read(path)).toBe("EACCES");
    expect(guest.callWith("fs.writeFile", "x", path, 0o1101, 0o666)).toBe("EACCES");
    expect(guest.call("fs.exists", path)).toBe(0);
  });

  it("are told apart from allowed ones by what they resolve to, not by their letters", () => {
    expect(guest.read("/workspace/deep/../a.txt")).toBe("mine");
    expect(guest.read("//workspace///a.txt")).toBe("mine");
    expect(guest.read("./deep/./b.txt")).toBe("b");
  });

  it("learn nothing about a denied place: not whether it exists, nor what it is", () => {
    for (const path of ["/secret", "/secret/key", "/secret/none", "/secret/key/below", "/secret/none/below", "/none"]) {
      expect(guest.call("fs.stat", path, true)).toBe("EACCES");
      expect(guest.call("fs.readdir", path)).toBe("EACCES");
      expect(guest.call("fs.readlink", path)).toBe("EACCES");
      expect(guest.call("fs.rmdir", path)).toBe("EACCES");
      expect(guest.call("fs.realpath", path)).toBe("EACCES");
    }
  });

  it("learn nothing by leaving a denied directory with `..`", () => {
    expect(guest.read("/secret/../workspace/a.txt")).toBe("EACCES");
    expect(guest.read("/none/../workspace/a.txt")).toBe("EACCES");
    expect(guest.read("/secret/key/../../workspace/a.txt")).toBe("EACCES");
  });

  it("do not treat a file as a directory", () => {
    expect(guest.read("a.txt/..")).toBe("ENOTDIR");
    expect(guest.read("a.txt/")).toBe("ENOTDIR");
    expect(guest.read("a.txt/.")).toBe("ENOTDIR");
    expect(guest.call("fs.stat", "a.txt/../a.txt", true)).toBe("ENOTDIR");
  });

  it("are as long as Linux allows, and never empty", () => {
    const free = new GuestUnderTest({ filesystem, permissions: { fs: () => true } });
    expect(guest.call("fs.stat", "", true)).toBe("ENOENT");
    expect(guest.call("fs.stat", "a\0b", true)).toBe("EINVAL");
    expect(free.call("fs.stat", "x".repeat(256), true)).toBe("ENAMETOOLONG");
    expect(free.call("fs.stat", "é".repeat(128), true)).toBe("ENAMETOOLONG");
    expect(guest.call("fs.stat", "x/".repeat(3_000), true)).toBe("ENAMETOOLONG");
  });

  it("reach no driver at all without permissions", () => {
    const bare = new GuestUnderTest({ filesystem, permissions: {}, cwd: "/workspace" });
    filesystem.asked.length = 0;
    const path = "/workspace/a.txt";
    const calls = [
      bare.read(path),
      bare.call("fs.access", path, 0),
      bare.call("fs.stat", path, true),
      bare.call("fs.stat", path, false),
      bare.call("fs.statfs", path),
      bare.call("fs.open", path, 0, 0),
      bare.callWith("fs.writeFile", "x", path, 0o1101, 0o666),
      bare.call("fs.readdir", path),
      bare.call("fs.mkdir", path, 0, false),
      bare.call("fs.mkdir", path, 0, true),
      bare.call("fs.mkdtemp", path),
      bare.call("fs.rmdir", path),
      bare.call("fs.unlink", path),
      bare.call("fs.rename", path, path),
      bare.call("fs.link", path, path),
      bare.call("fs.symlink", path, path),
      bare.call("fs.readlink", path),
      bare.call("fs.realpath", path),
      bare.call("fs.copyFile", path, path, 0),
      bare.call("fs.chmod", path, 0),
      bare.call("fs.chown", path, 0, 0, true),
      bare.call("fs.utimes", path, 0, 0, true),
      bare.call("process.chdir", path),
    ];
    expect(new Set(calls)).toEqual(new Set(["EACCES"]));
    expect(bare.call("fs.exists", path)).toBe(0);
    expect(bare.call("fs.moduleStat", path)).toBe(2);
    expect(filesystem.asked).toEqual([]);
  });
});
