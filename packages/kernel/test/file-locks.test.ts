import { beforeEach, describe, expect, it } from "vitest";
import { GuestUnderTest } from "./support/guest-under-test.ts";
import { TinyFileSystem } from "./support/tiny-file-system.ts";

const SHARED = false;
const EXCLUSIVE = true;

describe("locks on files", () => {
  let filesystem: TinyFileSystem;

  beforeEach(() => {
    filesystem = new TinyFileSystem().put("/w/f", "f").put("/w/secret", "").put("/w/given", "");
    filesystem.symlink("f", "/w/link");
  });

  const guestOf = (files = filesystem): GuestUnderTest =>
    new GuestUnderTest({
      filesystem: files,
      permissions: { fs: ({ op, path }) => path !== "/w/secret" && !(op === "write" && path === "/w/given") },
      cwd: "/w",
    });

  it("are one guest's, or shared by those who only read, by whatever name", () => {
    const [one, other] = [guestOf(), guestOf()];
    const lock = one.call("lock.take", "f", 0, EXCLUSIVE);
    expect(lock).toBe(1);
    expect(other.call("lock.take", "link", 0, SHARED)).toBe("EAGAIN");
    expect(one.call("lock.take", "link", 0, SHARED)).toBe(2);
    expect(one.call("lock.release", lock)).toBe(0);
    expect(other.call("lock.take", "/w/f", 0, EXCLUSIVE)).toBe("EAGAIN");
    expect(other.call("lock.take", "/w/f", 0, SHARED)).toBe(1);
    expect(one.call("lock.release", lock)).toBe("EBADF");
    expect(other.call("lock.take", "f", 255, EXCLUSIVE)).toBe(2);
    expect(one.call("lock.take", "f", 255, SHARED)).toBe("EAGAIN");
    expect([-1, 256].map((place) => one.call("lock.take", "f", place, SHARED))).toEqual(["EINVAL", "EINVAL"]);
  });

  it("are of one filesystem, and end with their guest", async () => {
    const elsewhere = guestOf(new TinyFileSystem().put("/w/f", ""));
    const [one, other] = [guestOf(), guestOf()];
    expect(one.call("lock.take", "f", 0, EXCLUSIVE)).toBe(1);
    expect(elsewhere.call("lock.take", "f", 0, EXCLUSIVE)).toBe(1);
    expect(other.call("lock.take", "f", 0, EXCLUSIVE)).toBe("EAGAIN");
    await one.host.dispose();
    expect(other.call("lock.take", "f", 0, EXCLUSIVE)).toBe(1);
  });

  it("need to be allowed what they are for", () => {
    const guest = guestOf();
    expect(guest.call("lock.take", "secret", 0, SHARED)).toBe("EACCES");
    expect(guest.call("lock.take", "given", 0, EXCLUSIVE)).toBe("EACCES");
    expect(guest.call("lock.take", "given", 0, SHARED)).toBe(1);
    expect(guest.call("lock.take", "none", 0, SHARED)).toBe("ENOENT");
    expect(guest.call("lock.take", "/w", 0, SHARED)).toBe("EINVAL");
  });

  it("are no more than a guest needs", () => {
    const guest = guestOf();
    let taken = 0;
    while (guest.call("lock.take", "f", 0, EXCLUSIVE) !== "EMFILE") taken += 1;
    expect(taken).toBe(1_024);
    expect(guest.call("lock.release", 1_024)).toBe(0);
    expect(guest.call("lock.take", "f", 0, EXCLUSIVE)).toBe(1_025);
  });
});
