import { allowPaths, type FsAccessRequest } from "@vivarium/core";
import { beforeEach, describe, expect, it } from "vitest";
import { GuestUnderTest } from "../support/guest-under-test.ts";
import { TinyFileSystem } from "../support/tiny-file-system.ts";

const workspaceOnly = { fs: allowPaths({ read: ["/workspace/**"], write: ["/workspace/**"] }) };
const handWritten = { fs: ({ path }: FsAccessRequest) => path === "/workspace" || path.startsWith("/workspace/") };

describe.each([
  ["a policy", workspaceOnly, { offersStatPlain: false }],
  ["a hand-written check", handWritten, { offersStatPlain: false }],
  ["a policy over a driver with a short way", workspaceOnly, { offersStatPlain: true }],
  ["a hand-written check over a driver with a short way", handWritten, { offersStatPlain: true }],
])("links out of what %s allows", (_name, permissions, driver) => {
  let filesystem: TinyFileSystem;
  let guest: GuestUnderTest;

  beforeEach(() => {
    filesystem = new TinyFileSystem(driver).put("/secret/key", "the key").put("/workspace/a.txt", "mine");
    filesystem.symlink("/secret/key", "/workspace/to-file");
    filesystem.symlink("/secret", "/workspace/to-directory");
    filesystem.symlink("../secret/key", "/workspace/relative");
    filesystem.symlink("to-file", "/workspace/twice");
    filesystem.symlink("/secret/new", "/workspace/dangling");
    guest = new GuestUnderTest({ filesystem, permissions, cwd: "/workspace" });
    filesystem.asked.length = 0;
  });

  it.each(["to-file", "relative", "twice", "to-directory/key", "./to-directory/../secret/key"])(
    "cannot be read through: %s",
    (path) => {
      expect(guest.read(path)).toBe("EACCES");
      expect(guest.call("fs.stat", path, true)).toBe("EACCES");
      expect(guest.call("fs.open", path, 0, 0)).toBe("EACCES");
      expect(guest.call("fs.exists", path)).toBe(0);
      expect(guest.call("fs.moduleStat", path)).toBe(2);
      expect(filesystem.asked.filter((asked) => asked.startsWith("readFile"))).toEqual([]);
    },
  );

  it("cannot be written, listed, or created through", () => {
    expect(guest.callWith("fs.writeFile", "x", "to-file", 0o1101, 0o666)).toBe("EACCES");
    expect(guest.callWith("fs.writeFile", "x", "dangling", 0o1101, 0o666)).toBe("EACCES");
    expect(guest.call("fs.open", "dangling", 0o101, 0o666)).toBe("EACCES");
    expect(guest.call("fs.readdir", "to-directory")).toBe("EACCES");
    expect(guest.call("fs.mkdir", "to-directory/new", 0o777, false)).toBe("EACCES");
    expect(guest.call("fs.mkdir", "to-directory/new/deep", 0o777, true)).toBe("EACCES");
    expect(guest.call("fs.unlink", "to-directory/key")).toBe("EACCES");
    expect(guest.call("fs.copyFile", "to-file", "stolen", 0)).toBe("EACCES");
    expect(guest.call("fs.chmod", "to-file", 0o777)).toBe("EACCES");
    expect(filesystem.text("/secret/key")).toBe("the key");
  });

  it("are not made so that the embedder would be led out by what changes later", () => {
    const goingBackUp = [
      "nope/../../secret/key",
      "a.txt/../../secret/key",
      "./x/y/../../../secret/key",
      "/workspace/x/..",
    ];
    for (const target of goingBackUp) expect(guest.call("fs.symlink", target, "made")).toBe("EACCES");
    expect(guest.call("fs.symlink", "../workspace/a.txt", "made")).toBe(0);
    expect(guest.read("made")).toBe("mine");
  });

  it("get no second name, and no place from which they would lead out", () => {
    filesystem.put("/workspace/deep/er/b.txt", "b");
    expect(guest.call("fs.symlink", "../../secret/key", "deep/er/inner")).toBe(0);
    expect(guest.call("fs.link", "deep/er/inner", "linked")).toBe("EPERM");
    expect(guest.call("fs.rename", "deep/er/inner", "deep/moved")).toBe("EACCES");
    expect(guest.call("fs.rename", "deep/er", "shallow")).toBe("EACCES");
    expect(guest.call("fs.rename", "deep/er/inner", "deep/er/again")).toBe(0);
    expect(filesystem.text("/workspace/deep/er/b.txt")).toBe("b");
  });

  it("still resolve `..` to the directory of their target", () => {
    filesystem.put("/workspace/deep/er/b.txt", "b");
    filesystem.symlink("/workspace/deep/er", "/workspace/jump");
    filesystem.put("/workspace/deep/beside", "beside");
    expect(guest.read("jump/../beside")).toBe("beside");
  });

  it("cannot be made to point at what may not be read", () => {
    expect(guest.call("fs.symlink", "/secret/key", "mine")).toBe("EACCES");
    expect(guest.call("fs.symlink", "../secret/not-there", "mine")).toBe("EACCES");
    expect(guest.call("fs.symlink", "a.txt", "mine")).toBe(0);
    expect(guest.read("mine")).toBe("mine");
  });

  it("end in ELOOP when they go round", () => {
    expect(guest.call("fs.symlink", "round-b", "round-a")).toBe(0);
    expect(guest.call("fs.symlink", "round-a", "round-b")).toBe(0);
    expect(guest.call("fs.stat", "round-a", true)).toBe("ELOOP");
    expect(guest.call("fs.stat", "round-a", false)).toBe(0);
  });
});

describe("hard links", () => {
  const permissions = {
    fs: allowPaths({ read: ["/in/**", "/workspace/**"], write: ["/workspace/**"] }),
  };

  it("give no write access to a file that may only be read", () => {
    const filesystem = new TinyFileSystem().put("/in/data", "data").put("/workspace/a.txt");
    const guest = new GuestUnderTest({ filesystem, permissions });
    expect(guest.call("fs.link", "/in/data", "/workspace/data")).toBe("EACCES");
    expect(guest.call("fs.link", "/workspace/a.txt", "/in/a.txt")).toBe("EACCES");
    expect(guest.call("fs.link", "/workspace/a.txt", "/workspace/b.txt")).toBe(0);
  });

  it("ask for linking, reading and writing under the old name and for linking under the new one", () => {
    const asked: string[] = [];
    const filesystem = new TinyFileSystem().put("/a");
    const fs = ({ op, path }: FsAccessRequest): boolean => {
      asked.push(`${op} ${path}`);
      return true;
    };
    expect(new GuestUnderTest({ filesystem, permissions: { fs } }).call("fs.link", "/a", "/b")).toBe(0);
    expect(asked).toEqual(["link /a", "read /a", "write /a", "link /b"]);
  });
});
