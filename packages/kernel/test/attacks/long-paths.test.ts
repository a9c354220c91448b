import { allowAllFs } from "@vivarium/core";
import { describe, expect, it } from "vitest";
import { GuestUnderTest } from "../support/guest-under-test.ts";
import { TinyFileSystem } from "../support/tiny-file-system.ts";

const nothing = new Uint8Array(0);
const guestOf = (filesystem: TinyFileSystem): GuestUnderTest =>
  new GuestUnderTest({ filesystem, permissions: { fs: () => true } });

describe("a path of as many components as there can be", () => {
  it("that leads nowhere is found out by few questions", () => {
    const filesystem = new TinyFileSystem({ offersStatPlain: true }).put("/a/a/a/file");
    const guest = guestOf(filesystem);
    expect(guest.call("fs.stat", `/${"a/".repeat(1900)}a`, true)).toBe("ENOENT");
    expect(filesystem.asked.length).toBeLessThan(40);
    expect(guest.call("fs.stat", "/a/a/a/a/a", true)).toBe("ENOENT");
    expect(guest.call("fs.stat", "/a/a/a/file/a/a", true)).toBe("ENOTDIR");
  });

  it("is made a piece at a time, so that its host does other things meanwhile", async () => {
    const guest = guestOf(new TinyFileSystem({ offersStatPlain: true }));
    const path = `/${"a/".repeat(800)}a`;
    const made = guest.host.serve("fs.mkdir", [path, 0o777, true], nothing);
    expect(made).toBeInstanceOf(Promise);
    expect(await made).toEqual({ result: "/a" });
    expect(guest.call("fs.exists", path)).toBe(1);
  });

  it("is followed a piece at a time where links make it many times as long", async () => {
    const filesystem = new TinyFileSystem().put("/a/file");
    const guest = new GuestUnderTest({ filesystem, permissions: allowAllFs });
    for (let link = 0; link < 39; link += 1)
      guest.call("fs.symlink", `${"/a/..".repeat(680)}${link === 0 ? "/a" : `/link${link - 1}`}`, `/link${link}`);
    const found = guest.host.serve("fs.stat", ["/link38/file", true], nothing);
    expect(found).toBeInstanceOf(Promise);
    expect(await found).toMatchObject({ result: 0 });
  });
});
