import { describe, expect, it } from "vitest";
import { GuestUnderTest } from "../support/guest-under-test.ts";
import { TinyFileSystem } from "../support/tiny-file-system.ts";

const MIB = 2 ** 20;
const ended = (limitCalls: number): object => ({ kind: "system-call-limit", code: 1, limitCalls });

describe("system calls that are limited", () => {
  const open = (systemCallLimit: number, filesystem = new TinyFileSystem()): GuestUnderTest =>
    new GuestUnderTest({ filesystem, limits: { systemCallLimit }, permissions: { fs: () => true } });

  it("are counted wherever they are served, and nothing is served after the last", () => {
    const filesystem = new TinyFileSystem();
    const guest = open(3, filesystem);
    guest.call("clock.now");
    guest.call("fs.mkdir", "/a", 0o777, false);
    guest.call("process.cwd");
    expect(guest.calls.record.ended).toBeUndefined();
    const before = filesystem.asked.length;
    expect(guest.call("fs.mkdir", "/b", 0o777, false)).toBe("ECANCELED");
    expect(guest.calls.record.ended).toEqual(ended(3));
    expect(guest.call("clock.now")).toBe("ECANCELED");
    expect(filesystem.asked.length).toBe(before);
  });

  it("count though they are malformed: a guest cannot make them for nothing", () => {
    const guest = open(3);
    for (let time = 0; time < 3; time += 1) expect(guest.call("fs.stat", "/a\0b", true)).toBe("EINVAL");
    expect(guest.call("fs.stat", "/", true)).toBe("ECANCELED");
    expect(guest.calls.record.ended).toEqual(ended(3));
  });

  it("end the guest at once when they are asynchronous, too", () => {
    const { calls } = open(3);
    for (let request = 1; request <= 4; request += 1) calls.calls["fs.stat"](request, 0, "/", true);
    expect(calls.record.ended).toEqual(ended(3));
    expect(calls.queue.next()).toBeUndefined();
  });

  it("count once more for each piece of long content, at once or later", async () => {
    const long = (): TinyFileSystem => new TinyFileSystem().put("/long", "x".repeat(5 * MIB));
    // The descriptor, the read, and its five pieces.
    const opened = (limit: number): GuestUnderTest => {
      const guest = open(limit, long());
      expect(guest.call("fs.open", "/long", 0, 0)).toBe(3);
      return guest;
    };
    expect(opened(7).call("fs.read", 3, 5 * MIB, 0)).toBe(5 * MIB);
    expect(await opened(7).later("fs.read", 3, 5 * MIB, 0)).toBe(5 * MIB);
    const short = opened(6);
    expect(short.call("fs.read", 3, 5 * MIB, 0)).toBe("ECANCELED");
    expect(short.calls.record.ended).toEqual(ended(6));
    const later = opened(6);
    expect(await later.later("fs.read", 3, 5 * MIB, 0)).toBe("ECANCELED");
    expect(later.calls.record.ended).toEqual(ended(6));
  });
});
