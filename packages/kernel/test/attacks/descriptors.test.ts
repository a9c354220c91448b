import { allowPaths } from "@vivarium/core";
import { beforeEach, describe, expect, it } from "vitest";
import { GuestUnderTest } from "../support/guest-under-test.ts";
import { TinyFileSystem } from "../support/tiny-file-system.ts";

const O_WRONLY = 1;
const O_RDWR = 2;
const O_CREAT = 0o100;
const O_EXCL = 0o200;
const O_APPEND = 0o2000;
const O_DIRECTORY = 0o200000;
const O_NOFOLLOW = 0o400000;

describe("descriptors", () => {
  let filesystem: TinyFileSystem;
  let guest: GuestUnderTest;

  beforeEach(() => {
    filesystem = new TinyFileSystem().put("/secret/key", "the key").put("/w/a", "abcdef").put("/ro/b", "b");
    guest = new GuestUnderTest({
      filesystem,
      permissions: { fs: allowPaths({ read: ["/w/**", "/ro/**"], write: ["/w/**"] }) },
      limits: { openFilesLimit: 4 },
    });
  });

  it("begin at 3, and the lowest free one is next", () => {
    expect(guest.call("fs.open", "/w/a", 0, 0)).toBe(3);
    expect(guest.call("fs.open", "/w/a", 0, 0)).toBe(4);
    expect(guest.call("fs.close", 3)).toBe(0);
    expect(guest.call("fs.open", "/w/a", 0, 0)).toBe(3);
  });

  it("are no more than the limit", () => {
    for (let count = 0; count < 4; count += 1) guest.call("fs.open", "/w/a", 0, 0);
    expect(guest.call("fs.open", "/w/a", 0, 0)).toBe("EMFILE");
    expect(guest.reason()).toBe("at most 4 may be open at once");
    expect(guest.call("fs.close", 5)).toBe(0);
    expect(guest.call("fs.open", "/none", 0, 0)).toBe("EACCES");
    expect(guest.call("fs.open", "/w/a", 0, 0)).toBe(5);
  });

  it("serve nobody after they were closed", () => {
    guest.call("fs.open", "/w/a", O_RDWR, 0);
    guest.call("fs.close", 3);
    expect(guest.call("fs.close", 3)).toBe("EBADF");
    expect(guest.call("fs.read", 3, 10, -1)).toBe("EBADF");
    expect(guest.callWith("fs.write", "x", 3, -1)).toBe("EBADF");
    expect(guest.call("fs.fstat", 3)).toBe("EBADF");
    expect(guest.call("fs.ftruncate", 3, 0)).toBe("EBADF");
    expect(guest.call("fs.read", 1_000, 10, -1)).toBe("EBADF");
    expect(guest.call("fs.read", -1, 10, -1)).toBe("EBADF");
  });

  it("do only what they were opened for", () => {
    guest.call("fs.open", "/w/a", 0, 0);
    guest.call("fs.open", "/w/a", O_WRONLY, 0);
    expect(guest.callWith("fs.write", "x", 3, -1)).toBe("EBADF");
    expect(guest.call("fs.ftruncate", 3, 0)).toBe("EINVAL");
    expect(guest.call("fs.read", 4, 10, -1)).toBe("EBADF");
    expect(guest.call("fs.open", "/ro/b", O_RDWR, 0)).toBe("EACCES");
    expect(guest.call("fs.open", "/ro/new", O_CREAT | O_WRONLY, 0)).toBe("EACCES");
    expect(guest.call("fs.open", "/ro/b", 0, 0)).toBe(5);
    expect(guest.call("fs.fchmod", 5, 0o777)).toBe("EACCES");
    expect(guest.call("fs.futimes", 5, 0, 0)).toBe("EACCES");
    expect(guest.call("fs.fchown", 5, 0, 0)).toBe("EACCES");
  });

  it("keep a position of their own, unless a call names one", () => {
    guest.call("fs.open", "/w/a", O_RDWR, 0);
    expect(guest.text(guest.call("fs.read", 3, 2, -1))).toBe("ab");
    expect(guest.text(guest.call("fs.read", 3, 2, 4))).toBe("ef");
    expect(guest.text(guest.call("fs.read", 3, 2, -1))).toBe("cd");
    expect(guest.callWith("fs.write", "XY", 3, -1)).toBe(2);
    expect(guest.call("fs.read", 3, 2, -1)).toBe(0);
    expect(filesystem.text("/w/a")).toBe("abcdXY");
    expect(guest.call("fs.read", 3, -1, -1)).toBe("EINVAL");
    expect(guest.call("fs.read", 3, 1, -2)).toBe("EINVAL");
  });

  it("append at the end wherever they are told to write", () => {
    guest.call("fs.open", "/w/a", O_WRONLY | O_APPEND, 0);
    guest.callWith("fs.write", "1", 3, 0);
    guest.callWith("fs.write", "2", 3, -1);
    expect(filesystem.text("/w/a")).toBe("abcdef12");
  });

  it("heed the flags that protect a caller", () => {
    filesystem.symlink("a", "/w/link");
    filesystem.symlink("none", "/w/dangling");
    expect(guest.call("fs.open", "/w/a", O_CREAT | O_EXCL | O_WRONLY, 0)).toBe("EEXIST");
    expect(guest.call("fs.open", "/w/dangling", O_CREAT | O_EXCL | O_WRONLY, 0)).toBe("EEXIST");
    expect(guest.call("fs.open", "/w/link", O_NOFOLLOW, 0)).toBe("ELOOP");
    expect(guest.call("fs.open", "/w/a", O_DIRECTORY, 0)).toBe("ENOTDIR");
    expect(guest.call("fs.open", "/w", O_WRONLY, 0)).toBe("EISDIR");
    expect(guest.call("fs.open", "/w", 0, 0)).toBe(3);
    expect(guest.call("fs.read", 3, 1, -1)).toBe("EISDIR");
    expect(guest.call("fs.open", "/w/a", 3, 0)).toBe("EINVAL");
  });

  it("of a driver that works by path do not follow what that path has become", () => {
    guest.call("fs.open", "/w/a", 0, 0);
    guest.call("fs.unlink", "/w/a");
    filesystem.symlink("/secret/key", "/w/a");
    expect(guest.call("fs.read", 3, 100, 0)).toBe("EIO");
    expect(filesystem.asked).not.toContain("readFile /w/a");
  });

  it("of a driver that works by path notice a directory that became a link", () => {
    filesystem.put("/w/d/key", "mine");
    expect(guest.call("fs.open", "/w/d/key", O_RDWR, 0)).toBe(3);
    filesystem.rename("/w/d", "/w/was-d");
    filesystem.symlink("/secret", "/w/d");
    expect(guest.call("fs.read", 3, 100, 0)).toBe("EIO");
    expect(guest.callWith("fs.write", "x", 3, 0)).toBe("EIO");
    expect(filesystem.text("/secret/key")).toBe("the key");
  });

  it("of directories do not tell about what took the directory's place", () => {
    filesystem.put("/w/d/x");
    expect(guest.call("fs.open", "/w/d", 0, 0)).toBe(3);
    filesystem.rename("/w/d", "/w/was-d");
    filesystem.symlink("/secret", "/w/d");
    expect(guest.call("fs.fstat", 3)).toBe(0);
    const mode = new Float64Array(guest.window.buffer)[1] ?? 0;
    expect((mode & 0o170000).toString(8)).toBe("120000");
  });

  it("of directories ask for their listing alone, and list what is still a directory", () => {
    const asked: string[] = [];
    const listing = new GuestUnderTest({
      filesystem: filesystem.put("/w/d/x"),
      permissions: {
        fs: ({ op, path }) => {
          asked.push(`${op} ${path}`);
          return op === "readdir" && path.startsWith("/w");
        },
      },
    });
    expect(listing.call("fs.open", "/w/d", O_DIRECTORY, 0)).toBe(3);
    expect(listing.call("fs.freaddir", 3)).toBe("1x");
    expect(listing.call("fs.open", "/w/a", O_DIRECTORY, 0)).toBe("ENOTDIR");
    expect(listing.call("fs.open", "/w/none", O_DIRECTORY, 0)).toBe("ENOENT");
    expect(listing.call("fs.open", "/secret", O_DIRECTORY, 0)).toBe("EACCES");
    expect(asked.every((request) => request.startsWith("readdir "))).toBe(true);
    expect(listing.call("fs.open", "/w/new", O_CREAT | O_DIRECTORY, 0o666)).toBe("EACCES");
    expect(listing.call("fs.freaddir", 4)).toBe("EBADF");
    expect(listing.call("fs.freaddir", 1)).toBe("EBADF");
    filesystem.rename("/w/d", "/w/was-d");
    expect(listing.call("fs.freaddir", 3)).toBe("");
    filesystem.symlink("/secret", "/w/d");
    expect(listing.call("fs.freaddir", 3)).toBe("ENOTDIR");
    guest.call("fs.open", "/w/a", 0, 0);
    expect(guest.call("fs.freaddir", 3)).toBe("ENOTDIR");
  });

  it("reserve no memory for what a guest only says it wants", () => {
    guest.call("fs.open", "/w/a", 0, 0);
    expect(guest.text(guest.call("fs.read", 3, Number.MAX_SAFE_INTEGER, 0))).toBe("abcdef");
  });

  it("are closed with the driver when the guest is gone", async () => {
    let closed = 0;
    const opening = new TinyFileSystem().put("/w/a");
    const withOpen = Object.assign(opening, {
      open: () => ({
        stat: () => opening.stat("/w/a"),
        read: () => 0,
        write: () => 0,
        truncate: () => undefined,
        chmod: () => undefined,
        chown: () => undefined,
        utimes: () => undefined,
        sync: () => undefined,
        close: () => {
          closed += 1;
        },
      }),
    });
    const other = new GuestUnderTest({ filesystem: withOpen, permissions: { fs: () => true } });
    other.call("fs.open", "/w/a", 0, 0);
    other.call("fs.open", "/w/a", 0, 0);
    await other.host.dispose();
    await other.host.dispose();
    expect(closed).toBe(2);
  });
});
