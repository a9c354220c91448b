import type { FsAccessRequest } from "@vivarium/core";
import { describe, expect, it } from "vitest";
import { GuestUnderTest } from "../support/guest-under-test.ts";
import { TinyFileSystem } from "../support/tiny-file-system.ts";

const inWorkspace = (path: string): boolean => path === "/workspace" || path.startsWith("/workspace/");

describe("a path that changes while its check is under way", () => {
  it("is resolved again, and the swapped link is not followed", async () => {
    const filesystem = new TinyFileSystem().put("/secret/key", "the key").put("/workspace/a.txt", "mine");
    let swapped = false;
    const fs = async ({ path }: FsAccessRequest): Promise<boolean> => {
      await Promise.resolve();
      if (!swapped && path === "/workspace/a.txt") {
        swapped = true;
        filesystem.removeFile("/workspace/a.txt");
        filesystem.symlink("/secret/key", "/workspace/a.txt");
      }
      return inWorkspace(path);
    };
    const guest = new GuestUnderTest({ filesystem, permissions: { fs } });
    expect(await guest.later("fs.readFile", "/workspace/a.txt", 0)).toBe("EACCES");
    expect(filesystem.asked).not.toContain("readFile /secret/key");
    expect(filesystem.asked).not.toContain("readFile /workspace/a.txt");
  });

  it("is refused when a directory on its way becomes a link", async () => {
    const filesystem = new TinyFileSystem().put("/secret/key", "the key").put("/workspace/d/key", "mine");
    const fs = async ({ path }: FsAccessRequest): Promise<boolean> => {
      await Promise.resolve();
      if (path === "/workspace/d/key") {
        filesystem.rename("/workspace/d", "/workspace/was-d");
        filesystem.symlink("/secret", "/workspace/d");
      }
      return inWorkspace(path);
    };
    const guest = new GuestUnderTest({ filesystem, permissions: { fs } });
    expect(await guest.later("fs.open", "/workspace/d/key", 0, 0)).toBe("EACCES");
  });

  it("is given up when it keeps changing", async () => {
    const filesystem = new TinyFileSystem().put("/workspace/a/f").put("/workspace/b/f");
    filesystem.symlink("a", "/workspace/link");
    let turn = 0;
    const fs = async ({ op }: FsAccessRequest): Promise<boolean> => {
      await Promise.resolve();
      if (op === "read") {
        turn += 1;
        filesystem.removeFile("/workspace/link");
        filesystem.symlink(turn % 2 === 0 ? "a" : "b", "/workspace/link");
      }
      return true;
    };
    const guest = new GuestUnderTest({ filesystem, permissions: { fs } });
    expect(await guest.later("fs.readFile", "/workspace/link/f", 0)).toBe("EBUSY");
    expect(filesystem.asked.filter((asked) => asked.startsWith("readFile"))).toEqual([]);
  });

  it("cannot be changed by the guest's own next call: calls are served one after the other", async () => {
    const filesystem = new TinyFileSystem().put("/workspace/a.txt", "mine");
    const order: string[] = [];
    const fs = async ({ op, path }: FsAccessRequest): Promise<boolean> => {
      order.push(`${op} asked`);
      await new Promise((resolve) => {
        setTimeout(resolve, 5);
      });
      order.push(`${op} answered`);
      return inWorkspace(path);
    };
    const guest = new GuestUnderTest({ filesystem, permissions: { fs } });
    const calls = [
      guest.host.serve("fs.readFile", ["/workspace/a.txt", 0], new Uint8Array(0)),
      guest.host.serve("fs.unlink", ["/workspace/a.txt"], new Uint8Array(0)),
    ];
    const answers = await Promise.all(calls);
    expect(answers.map(({ result }) => result)).toEqual([4, 0]);
    expect(order).toEqual(["read asked", "read answered", "rm asked", "rm answered"]);
  });

  it("goes no further once the guest has ended", async () => {
    const filesystem = new TinyFileSystem().put("/workspace/a.txt", "mine");
    let allow: (answer: boolean) => void = () => undefined;
    const fs = (): Promise<boolean> =>
      new Promise((resolve) => {
        allow = resolve;
      });
    const guest = new GuestUnderTest({ filesystem, permissions: { fs } });
    const answer = guest.host.serve("fs.unlink", ["/workspace/a.txt"], new Uint8Array(0));
    await guest.host.dispose();
    allow(true);
    expect((await answer).result).toBe(-125);
    expect(filesystem.text("/workspace/a.txt")).toBe("mine");
  });
});
