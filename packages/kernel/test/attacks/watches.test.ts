import type { FileChange, FileSystem, FileWatch } from "@vivarium/core";
import { describe, expect, it } from "vitest";
import { GuestUnderTest } from "../support/guest-under-test.ts";
import { TinyFileSystem } from "../support/tiny-file-system.ts";

/** Files that can be watched, as `watch` says. */
function watchable(watch: NonNullable<FileSystem["watch"]>): FileSystem {
  return Object.assign(new TinyFileSystem().put("/w/a").put("/w/b"), { watch });
}

const permissions = { fs: () => true };

describe("watches of a guest", () => {
  it("are no more of one path than a bound, since each change is told to all of them, however it is named", () => {
    let watches = 0;
    const watch = (): FileWatch => {
      watches += 1;
      return {
        close: () => {
          watches -= 1;
        },
      };
    };
    const guest = new GuestUnderTest({ filesystem: watchable(watch), permissions });
    const begun = Array.from({ length: 40 }, (_, index) =>
      guest.call("fs.watch", index % 2 === 0 ? "/w/a" : "/w/../w/a"),
    );
    expect(begun.filter((answer) => answer === "EMFILE")).toHaveLength(8);
    expect([watches, guest.reason()]).toEqual([32, "at most 32 watches may be of one path"]);
    expect(guest.call("fs.watch", "/w/b")).toBeTypeOf("number");
    expect(guest.call("stream.close", Number(begun[0]))).toBe(0);
    expect([guest.call("fs.watch", "/w/a"), guest.call("fs.watch", "/w/a")]).toEqual([expect.any(Number), "EMFILE"]);
  });

  it("are closed that a driver gives to a guest which is gone by then, or which could not wait for it", async () => {
    const given = Promise.withResolvers<FileWatch>();
    const listeners: ((change: FileChange) => void)[] = [];
    const watch: FileSystem["watch"] = (_path, listener) => {
      listeners.push(listener);
      return given.promise;
    };
    const guest = new GuestUnderTest({ filesystem: watchable(watch), permissions });
    expect(guest.call("fs.watch", "/w/a")).toBe("ENOTSUP");
    void guest.later("fs.watch", "/w/a");
    expect(listeners).toHaveLength(2);
    const ended = guest.host.dispose();
    let closed = 0;
    given.resolve({
      close: () => {
        closed += 1;
      },
    });
    await ended;
    await expect.poll(() => closed).toBe(2);
    for (const listener of listeners) listener({ type: "change", name: "a" });
  });
});
