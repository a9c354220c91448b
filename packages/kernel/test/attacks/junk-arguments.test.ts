import { type SystemCallName, systemCallTable, WINDOW_BYTES } from "@vivarium/core";
import { describe, expect, it } from "vitest";
import { GuestUnderTest } from "../support/guest-under-test.ts";
import { TinyFileSystem } from "../support/tiny-file-system.ts";

const trap = new Proxy(
  {},
  {
    get() {
      throw new Error("a guest's proxy was touched");
    },
  },
);

const junk: readonly unknown[] = [
  undefined,
  null,
  -1,
  -0,
  1.5,
  Number.NaN,
  Number.POSITIVE_INFINITY,
  2 ** 53,
  "",
  "\0",
  "../../..",
  "\ud800",
  "__proto__",
  "x".repeat(70_000),
  true,
  {},
  [],
  ["/a"],
  () => "/a",
  Symbol("junk"),
  10n,
  trap,
  { toString: () => "/a" },
  new Uint8Array(3),
];

const names = Object.keys(systemCallTable) as SystemCallName[];
/** It blocks as long as it is told to. */
const callable = names.filter((name) => name !== "clock.sleep" && name !== "process.exit");

function createGuest(): GuestUnderTest {
  const filesystem = new TinyFileSystem().put("/a", "a").put("/d/b", "b");
  return new GuestUnderTest({ filesystem, permissions: { fs: () => true, env: () => true } });
}

describe("system calls with junk for arguments", () => {
  it.each(callable)("answer a scalar, and never throw: %s", (name) => {
    const guest = createGuest();
    const call = guest.calls.calls[name];
    const { parameters } = systemCallTable[name];
    for (const value of junk) {
      for (const other of [0, "/a", true, value]) {
        for (let place = 0; place <= parameters.length; place += 1) {
          const args: unknown[] = parameters.map(() => other);
          args[place] = value;
          expect(["number", "string", "undefined"]).toContain(typeof call(0, 0, ...args));
        }
      }
    }
    expect(guest.diagnostics.filter(({ code }) => code === "ERR_CELL_FAILED")).toEqual([]);
  });

  it.each(callable)("answer a scalar for junk in the places of request and input: %s", (name) => {
    const guest = createGuest();
    const call = guest.calls.calls[name];
    for (const value of junk) {
      const any = value as number;
      expect(["number", "string", "undefined"]).toContain(typeof call(any, 0, "/a"));
      expect(["number", "string", "undefined"]).toContain(typeof call(0, any, 3, -1));
    }
    for (const input of [-1, WINDOW_BYTES + 1, 1e300, Number.NaN]) {
      expect(["number", "string", "undefined"]).toContain(typeof call(0, input, 3, -1));
    }
  });

  it("deny a call with too many or too few arguments", () => {
    const guest = createGuest();
    expect(guest.call("fs.stat", "/a")).toBe("EINVAL");
    expect(guest.call("fs.stat", "/a", true, true)).toBe("EINVAL");
    expect(guest.call("fs.stat", "/a", 1)).toBe("EINVAL");
    expect(guest.call("fs.stat", "/a", true)).toBe(0);
  });

  it("are refused one and all once the guest has ended", () => {
    const guest = createGuest();
    expect(guest.call("process.exit", 3)).toBe(0);
    for (const name of names) expect(guest.call(name)).toBe("ECANCELED");
    expect(guest.calls.record.ended).toEqual({ kind: "exited", code: 3 });
  });

  it("copy input before they look at it", () => {
    const guest = createGuest();
    const bytes = new TextEncoder().encode("first");
    guest.calls.calls["fs.writeFile"](1, bytes, "/late", 0o1101, 0o666);
    bytes.set(new TextEncoder().encode("later"));
    expect(guest.calls.queue.next()?.answer.result).toBe(0);
    expect(guest.read("/late")).toBe("first");
  });

  it("leave the library's code to a guest that prepares its cell", () => {
    const guest = createGuest();
    expect(guest.callWith("library.keep", "evil code", "path")).toBe("EPERM");
    expect(guest.call("library.code", "path")).toBe(0);
    expect(guest.call("library.source", "__proto__")).toBe("ENOENT");
  });
});
