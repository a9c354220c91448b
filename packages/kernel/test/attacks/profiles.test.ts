import {
  allowAllFs,
  type GuestProfile,
  guestProfiles,
  hasCall,
  type SystemCallName,
  systemCallTable,
} from "@vivarium/core";
import { describe, expect, it } from "vitest";
import { GuestUnderTest } from "../support/guest-under-test.ts";
import { TinyFileSystem } from "../support/tiny-file-system.ts";

function open(profile: GuestProfile): GuestUnderTest {
  return new GuestUnderTest({
    profile,
    filesystem: new TinyFileSystem().put("/a", "content"),
    permissions: { fs: allowAllFs.fs },
  });
}

describe("the host of a guest", () => {
  it("serves Node's what it may", () => {
    expect(open("node").call("fs.open", "/a", 0, 0)).toBe(3);
    expect(open("node").call("fs.unlink", "/a")).toBe(0);
  });

  it.each(["web", "bare"] as const)("serves a %s guest no call that its profile has no use for", (profile) => {
    const guest = open(profile);
    expect(guest.call("fs.open", "/a", 0, 0)).toBe("EPERM");
    expect(guest.call("fs.unlink", "/a")).toBe("EPERM");
    expect(guest.call("fs.readdir", "/")).toBe("EPERM");
    expect(guest.call("process.setEnv", "A", "b")).toBe("EPERM");
    expect(guest.callWith("fs.writeFile", "x", "/b", 0o101, 0o600)).toBe("EPERM");
  });

  it("reads files for a web guest, which imports them, and none for a bare one", () => {
    expect(open("web").call("fs.readFile", "/a", 0)).toBe(7);
    expect(open("bare").call("fs.readFile", "/a", 0)).toBe("EPERM");
  });

  it("has decided about every call", () => {
    const changing =
      /^(?:fs\.(?:open|mkdir|rm|unlink|rename|link|symlink|ch|fch|utimes|copy|writeFile|ftruncate)|process\.(?:ch|umask|set|delete))/;
    const names = Object.keys(systemCallTable) as SystemCallName[];
    for (const profile of guestProfiles.filter((name) => name !== "node")) {
      expect(names.filter((name) => changing.test(name) && hasCall(profile, name))).toEqual([]);
    }
  });
});
