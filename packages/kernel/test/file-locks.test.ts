import { beforeEach, describe, expect, it } from "vitest";
import { FileLocks } from "../src/file-system/file-locks.ts";
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

describe("a shared lock that keeps somebody from writing", () => {
  const refused = (code: string) => expect.objectContaining({ code });
  let time = 0;
  const filesystem = new TinyFileSystem();
  /** Of a guest that is related to nobody but those that are told the same. */
  const locksOf = (relatives: object = {}): FileLocks => new FileLocks(filesystem, relatives, () => time);

  /** Has a guest try to write every second, for so long. */
  function tryFor(seconds: number, writer: FileLocks, path: string): void {
    for (let second = 0; second < seconds; second += 1) {
      expect(() => writer.take(path, 1, EXCLUSIVE)).toThrow(refused("EAGAIN"));
      time += 1_000;
    }
  }

  it("is lost to a stranger who tries for half a minute, however often it is taken anew", () => {
    const [reader, writer] = [locksOf(), locksOf()];
    const [first, second] = [reader.take("/f", 1, SHARED), reader.take("/f", 1, SHARED)];
    tryFor(1, writer, "/f");
    reader.release(first);
    expect(() => reader.take("/f", 1, SHARED)).toThrow(refused("EAGAIN"));
    tryFor(29, writer, "/f");
    expect(() => reader.take("/f", 1, SHARED)).toThrow(refused("EAGAIN"));
    const lock = writer.take("/f", 1, EXCLUSIVE);
    // What it does on that file from here on would be done on something half written.
    expect(() => reader.take("/f", 1, SHARED)).toThrow(refused("EIO"));
    expect(() => reader.take("/f", 0, EXCLUSIVE)).toThrow(refused("EIO"));
    expect(reader.take("/other", 1, SHARED)).toBeGreaterThan(0);
    reader.release(second);
    expect(() => reader.take("/f", 1, SHARED)).toThrow(refused("EAGAIN"));
    writer.release(lock);
    expect(reader.take("/f", 1, SHARED)).toBeGreaterThan(0);
    writer.releaseAll();
    reader.releaseAll();
  });

  it("may be taken again two seconds after whoever was to write has given up", () => {
    const [reader, other, writer] = [locksOf(), locksOf(), locksOf()];
    reader.take("/f", 1, SHARED);
    tryFor(1, writer, "/f");
    expect(() => other.take("/f", 1, SHARED)).toThrow(refused("EAGAIN"));
    expect(other.take("/f", 0, SHARED)).toBeGreaterThan(0);
    time += 1_001;
    expect(other.take("/f", 1, SHARED)).toBeGreaterThan(0);
    tryFor(1, writer, "/f");
    writer.releaseAll();
    expect(other.take("/f", 1, SHARED)).toBeGreaterThan(0);
    other.releaseAll();
    reader.releaseAll();
  });

  it("is no relative's to lose, and neither is an exclusive one anybody's", () => {
    const family = {};
    const [reader, writer, stranger] = [locksOf(family), locksOf(family), locksOf()];
    reader.take("/f", 1, SHARED);
    tryFor(60, writer, "/f");
    reader.releaseAll();
    writer.take("/f", 1, EXCLUSIVE);
    tryFor(60, stranger, "/f");
    expect(() => reader.take("/f", 1, SHARED)).toThrow(refused("EAGAIN"));
    writer.releaseAll();
    expect(() => reader.take("/f", 1, SHARED)).not.toThrow();
  });
});
