import { allowPaths, type FsAccessRequest } from "@vivarium/core";
import { describe, expect, it } from "vitest";
import { GuestUnderTest } from "../support/guest-under-test.ts";
import { TinyFileSystem } from "../support/tiny-file-system.ts";

describe("renames", () => {
  it("need both names", () => {
    const filesystem = new TinyFileSystem().put("/in/a").put("/out/b");
    const permissions = { fs: allowPaths({ read: ["/in/**", "/out/**"], write: ["/out/**"] }) };
    const guest = new GuestUnderTest({ filesystem, permissions });
    expect(guest.call("fs.rename", "/in/a", "/out/a")).toBe("EACCES");
    expect(guest.call("fs.rename", "/out/b", "/in/b")).toBe("EACCES");
    expect(guest.call("fs.rename", "/out/b", "/out/c")).toBe(0);
  });

  it("do not carry a denied file out in a directory that may be renamed", () => {
    const filesystem = new TinyFileSystem().put("/workspace/project/secret/key", "the key");
    const fs = ({ path }: FsAccessRequest): boolean => !path.includes("/project/secret");
    const guest = new GuestUnderTest({ filesystem, permissions: { fs } });
    expect(guest.call("fs.rename", "/workspace/project", "/workspace/moved")).toBe("EACCES");
    expect(guest.call("fs.rename", "/workspace", "/elsewhere")).toBe("EACCES");
    expect(guest.read("/workspace/moved/secret/key")).toBe("ENOENT");
  });

  it("do not make a file readable that was not", () => {
    const filesystem = new TinyFileSystem().put("/drop/letter", "sealed").put("/open/x");
    const fs = ({ op, path }: FsAccessRequest): boolean => path.startsWith("/open") || op !== "read";
    const guest = new GuestUnderTest({ filesystem, permissions: { fs } });
    expect(guest.call("fs.rename", "/drop/letter", "/open/letter")).toBe("EACCES");
    expect(guest.call("fs.rename", "/drop/letter", "/drop/renamed")).toBe(0);
  });

  it("put no directory into itself and replace no directory by a file", () => {
    const filesystem = new TinyFileSystem().put("/w/a/b/c").put("/w/f");
    const guest = new GuestUnderTest({ filesystem, permissions: { fs: () => true } });
    expect(guest.call("fs.rename", "/w/a", "/w/a/b/a")).toBe("EINVAL");
    expect(guest.call("fs.rename", "/w/f", "/w/a")).toBe("EISDIR");
    expect(guest.call("fs.rename", "/w/a", "/w/f")).toBe("ENOTDIR");
    expect(guest.call("fs.rename", "/", "/w/root")).toBe("EBUSY");
  });

  it("move a link, not what it points to", () => {
    const filesystem = new TinyFileSystem().put("/secret/key", "the key").put("/w/a");
    filesystem.symlink("/secret/key", "/w/link");
    const guest = new GuestUnderTest({
      filesystem,
      permissions: { fs: allowPaths({ read: ["/w/**"], write: ["/w/**"] }) },
    });
    expect(guest.call("fs.rename", "/w/link", "/w/moved")).toBe(0);
    expect(guest.read("/w/moved")).toBe("EACCES");
    expect(filesystem.text("/secret/key")).toBe("the key");
  });
});
