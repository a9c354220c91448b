import type { FsAccessRequest, PermissionCheck } from "@vivarium/core";
import { describe, expect, it } from "vitest";
import { GuestUnderTest } from "../support/guest-under-test.ts";
import { TinyFileSystem } from "../support/tiny-file-system.ts";

const junk: Readonly<Record<string, () => unknown>> = {
  nothing: () => undefined,
  null: () => null,
  one: () => 1,
  "a string": () => "true",
  "an object without a decision": () => ({}),
  "an allow that is not true": () => ({ allow: 1 }),
  "an array": () => [true],
  "a function": () => () => true,
  "a getter that throws": () =>
    Object.defineProperty({}, "allow", {
      get() {
        throw new Error("no");
      },
    }),
  "a throw": () => {
    throw new Error("host secret");
  },
};

/** What a check that breaks its contract looks like to the compiler. */
function checkThat(answers: () => unknown): PermissionCheck<FsAccessRequest> {
  return answers as PermissionCheck<FsAccessRequest>;
}

describe("a check that answers junk", () => {
  it.each(Object.entries(junk))("denies and is reported: %s", (_name, answers) => {
    const filesystem = new TinyFileSystem().put("/a", "a");
    const guest = new GuestUnderTest({ filesystem, permissions: { fs: checkThat(answers) } });
    expect(guest.read("/a")).toBe("EACCES");
    expect(guest.reason() ?? "").not.toContain("host secret");
    expect(guest.diagnostics.length).toBeGreaterThan(0);
  });

  it.each(Object.entries(junk))("denies by promise and is reported: %s", async (_name, answers) => {
    const filesystem = new TinyFileSystem().put("/a", "a");
    const guest = new GuestUnderTest({ filesystem, permissions: { fs: checkThat(async () => answers()) } });
    expect(await guest.later("fs.readFile", "/a", 0)).toBe("EACCES");
    expect(guest.diagnostics.length).toBeGreaterThan(0);
  });

  it("denies by a thenable that settles twice with different answers", async () => {
    const filesystem = new TinyFileSystem().put("/a", "a");
    // biome-ignore lint/suspicious/noThenProperty: a thenable is what this is about
    const thenable = { then: (settle: (answer: boolean) => void) => [settle(false), settle(true)] };
    const guest = new GuestUnderTest({ filesystem, permissions: { fs: checkThat(() => thenable) } });
    expect(await guest.later("fs.readFile", "/a", 0)).toBe("EACCES");
  });

  it("is refused by name where the cell cannot wait for it", () => {
    const filesystem = new TinyFileSystem().put("/a", "a");
    const guest = new GuestUnderTest({ filesystem, permissions: { fs: async () => true } });
    expect(guest.read("/a")).toBe("EACCES");
    expect(guest.reason()).toBe("the permission check answers by promise");
    expect(guest.diagnostics.map(({ code }) => code)).toContain("ERR_CHECK_ASYNC");
  });

  it("tells the guest its reason, and nothing else", () => {
    const filesystem = new TinyFileSystem().put("/a", "a");
    const fs = (): { allow: false; reason: string } => ({ allow: false, reason: "read-only area" });
    const guest = new GuestUnderTest({ filesystem, permissions: { fs } });
    expect(guest.call("fs.unlink", "/a")).toBe("EACCES");
    expect(guest.reason()).toBe("read-only area");
    expect(guest.call("clock.now")).toBeGreaterThanOrEqual(0);
    expect(guest.reason()).toBeUndefined();
  });
});
