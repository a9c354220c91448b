import { createFileSystemError, type FileSystem } from "@vivarium/core";
import { describe, expect, it } from "vitest";
import { GuestUnderTest } from "../support/guest-under-test.ts";
import { TinyFileSystem } from "../support/tiny-file-system.ts";

/** A driver of which one method breaks the contract. */
function driverThat(method: keyof FileSystem, answers: () => unknown): FileSystem {
  return Object.assign(new TinyFileSystem().put("/a", "a").put("/d/b", "b"), { [method]: answers }) as FileSystem;
}

const stat = new TinyFileSystem().put("/a", "a").stat("/a");

const wrong: readonly [string, keyof FileSystem, () => unknown, (guest: GuestUnderTest) => unknown][] = [
  ["a stat that is none", "lstat", () => ({}), (guest) => guest.call("fs.stat", "/a", true)],
  ["nothing for a stat", "lstat", () => undefined, (guest) => guest.call("fs.stat", "/a", true)],
  ["a negative size", "lstat", () => ({ ...stat, size: -1 }), (guest) => guest.call("fs.stat", "/a", true)],
  ["an unknown type", "lstat", () => ({ ...stat, type: "door" }), (guest) => guest.call("fs.stat", "/a", true)],
  [
    "a time that is none",
    "lstat",
    () => ({ ...stat, mtimeMs: Number.NaN }),
    (guest) => guest.call("fs.stat", "/a", true),
  ],
  ["a string for a file's bytes", "readFile", () => "text", (guest) => guest.read("/a")],
  [
    "a name with a slash",
    "readDirWithTypes",
    () => [{ name: "../x", type: "file" }],
    (guest) => guest.call("fs.readdir", "/d"),
  ],
  [
    "a name with NUL",
    "readDirWithTypes",
    () => [{ name: "a\0b", type: "file" }],
    (guest) => guest.call("fs.readdir", "/d"),
  ],
  [
    "a name of dots",
    "readDirWithTypes",
    () => [{ name: "..", type: "file" }],
    (guest) => guest.call("fs.readdir", "/d"),
  ],
  [
    "one name twice",
    "readDirWithTypes",
    () => [
      { name: "a", type: "file" },
      { name: "a", type: "file" },
    ],
    (guest) => guest.call("fs.readdir", "/d"),
  ],
  ["no list of entries", "readDirWithTypes", () => "a", (guest) => guest.call("fs.readdir", "/d")],
  ["no open file", "open", () => ({}), (guest) => guest.call("fs.open", "/a", 0, 0)],
  ["figures that are none", "usage", () => ({ type: "big" }), (guest) => guest.call("fs.statfs", "/a")],
];

describe("a driver that answers nonsense", () => {
  it.each(wrong)("is an EIO for the guest and a diagnostic for the embedder: %s", (_name, method, answers, use) => {
    const guest = new GuestUnderTest({ filesystem: driverThat(method, answers), permissions: { fs: () => true } });
    expect(use(guest)).toBe("EIO");
    expect(guest.diagnostics.map(({ code }) => code)).toContain("ERR_DRIVER_ANSWER");
  });

  it("that claims more bytes than were asked for is not believed", () => {
    const filesystem = Object.assign(new TinyFileSystem().put("/a", "a"), { pread: () => new Uint8Array(1_000) });
    const guest = new GuestUnderTest({ filesystem, permissions: { fs: () => true } });
    guest.call("fs.open", "/a", 0, 0);
    expect(guest.call("fs.read", 3, 10, 0)).toBe("EIO");
  });

  it.each([-1, 1.5, "4", undefined, Number.NaN])(
    "that fills %j bytes of what it was given is not believed",
    (count) => {
      const filesystem = Object.assign(new TinyFileSystem({ offersStatPlain: true }).put("/a", "a"), {
        readInto: () => count as number,
      });
      const guest = new GuestUnderTest({ filesystem, permissions: { fs: () => true } });
      expect(guest.read("/a")).toBe("EIO");
      expect(guest.diagnostics.map(({ code }) => code)).toEqual(["ERR_DRIVER_ANSWER"]);
    },
  );

  it("in part, or too late, is asked for the whole file", () => {
    for (const readInto of [() => 1e9, () => Promise.resolve(1), () => Promise.reject(new Error("late"))]) {
      const filesystem = Object.assign(new TinyFileSystem({ offersStatPlain: true }).put("/a", "whole"), { readInto });
      const guest = new GuestUnderTest({ filesystem, permissions: { fs: () => true } });
      expect(guest.read("/a")).toBe("whole");
    }
  });

  it("too late fills nothing that another read is answered from", async () => {
    const late = Promise.withResolvers<number>();
    let kept: Uint8Array | undefined;
    const filesystem = Object.assign(
      new TinyFileSystem({ offersStatPlain: true }).put("/late", "secret").put("/a", "public"),
      {
        readInto(path: string, target: Uint8Array) {
          if (path === "/late") {
            kept = target;
            return late.promise;
          }
          target.set(Buffer.from("public"));
          // Where the first answer comes from another thread, it may arrive at any time.
          kept?.set(Buffer.from("secret"));
          return 6;
        },
      },
    );
    const guest = new GuestUnderTest({ filesystem, permissions: { fs: () => true } });
    expect(guest.read("/late")).toBe("secret");
    expect(guest.read("/a")).toBe("public");
    late.resolve(6);
    await late.promise;
    expect(guest.read("/a")).toBe("public");
    expect(kept).toHaveLength(4096);
  });

  it("is asked to fill what was given to it when the check has allowed that, and for small files alone", () => {
    const asked: string[] = [];
    const filesystem = Object.assign(
      new TinyFileSystem({ offersStatPlain: true }).put("/a", "a").put("/b", "b".repeat(5000)),
      {
        readInto(path: string, target: Uint8Array) {
          asked.push(path);
          target.set([120, 121]);
          return 2;
        },
      },
    );
    const guest = new GuestUnderTest({ filesystem, permissions: { fs: ({ path }) => path !== "/c" } });
    expect(guest.read("/a")).toBe("xy");
    expect(guest.read("/b")).toBe("b".repeat(5000));
    expect(guest.read("/c")).toBe("EACCES");
    expect(asked).toEqual(["/a"]);
  });

  it("that throws what has no POSIX code is an EIO, and its words stay with the embedder", () => {
    const filesystem = driverThat("readFile", () => {
      throw new Error("host secret");
    });
    const guest = new GuestUnderTest({ filesystem, permissions: { fs: () => true } });
    expect(guest.read("/a")).toBe("EIO");
    expect(guest.reason()).toBeUndefined();
    expect(guest.diagnostics.map(({ code }) => code)).toEqual(["ERR_DRIVER_THREW"]);
  });

  it("that says why in so many words has them told to the guest, and no other words", () => {
    const guestOf = (error: Error) => {
      const readFile = () => {
        throw error;
      };
      return new GuestUnderTest({ filesystem: driverThat("readFile", readFile), permissions: { fs: () => true } });
    };
    const full = guestOf(createFileSystemError("ENOSPC", { path: "/host/secret", reason: "the quota is 5 bytes" }));
    expect(full.read("/a")).toBe("ENOSPC");
    expect(full.reason()).toBe("the quota is 5 bytes");
    const other = guestOf(Object.assign(new Error("host secret"), { code: "ENOSPC", reason: "host secret" }));
    expect(other.read("/a")).toBe("ENOSPC");
    expect(other.reason()).toBeUndefined();
  });

  it("by promise is refused by name where the cell cannot wait, and served where it can", async () => {
    const filesystem = driverThat("readFile", async () => new Uint8Array([97]));
    const guest = new GuestUnderTest({ filesystem, permissions: { fs: () => true } });
    expect(guest.read("/a")).toBe("ENOTSUP");
    expect(guest.reason()).toContain("cannot wait");
    expect(guest.diagnostics.map(({ code }) => code)).toEqual(["ERR_DRIVER_ASYNC"]);
    expect(guest.text(await guest.later("fs.readFile", "/a", 0))).toBe("a");
  });

  it("lacks what it lacks: the guest gets ENOSYS", () => {
    const filesystem = driverThat("chmod", () => undefined);
    const bare = Object.assign(filesystem, { chmod: undefined, symlink: undefined, link: undefined });
    const guest = new GuestUnderTest({ filesystem: bare, permissions: { fs: () => true } });
    expect(guest.call("fs.chmod", "/a", 0o600)).toBe("ENOSYS");
    expect(guest.call("fs.symlink", "/a", "/l")).toBe("ENOSYS");
    expect(guest.call("fs.link", "/a", "/l")).toBe("ENOSYS");
    expect(guest.call("fs.statfs", "/a")).toBe("ENOSYS");
  });
});
