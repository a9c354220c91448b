import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { childrenOf } from "./children-of.ts";
import { type OpenDriver, openDriver } from "./open-driver.ts";

/** A zygote and one of its copies. */
async function family(opened: OpenDriver): Promise<readonly [zygote: number, copy: number]> {
  const before = new Set(childrenOf(process.pid));
  await opened.exec("1");
  for (let attempt = 0; attempt < 600; attempt += 1) {
    for (const zygote of childrenOf(process.pid).filter((child) => !before.has(child))) {
      const [copy] = childrenOf(zygote);
      if (copy !== undefined) return [zygote, copy];
    }
    await sleep(50);
  }
  throw new Error("No zygote has forked");
}

/** What the descriptors of a process lead to, those by name that have one of their own. */
function heldBy(pid: number): string[] {
  return readdirSync(`/proc/${pid}/fd`)
    .filter((descriptor) => Number(descriptor) > 2)
    .map((descriptor) => {
      const target = readlinkSync(`/proc/${pid}/fd/${descriptor}`);
      const identity = /^eventfd-id:.*$/m.exec(readFileSync(`/proc/${pid}/fdinfo/${descriptor}`, "latin1"));
      return identity === null ? target : `${target} ${identity[0]}`;
    });
}

describe.runIf(process.platform === "linux")("a copy of a zygote", () => {
  test("shares no pipe, socket, event, ring or memory with it, through which it could be made to do something", async () => {
    await using opened = openDriver({ cells: "process", maxCells: 1, waitingCells: 1 });
    const [zygote, copy] = await family(opened);
    const nobodys = ["/dev/null", "anon_inode:[eventpoll]", "anon_inode:[eventfd]"];
    const shared = (): string[] => {
      const own = heldBy(zygote);
      return heldBy(copy).filter((target) => own.includes(target) && !nobodys.includes(target));
    };
    // It lets go of the last, its zygote's own channel, once it is on its way.
    await expect.poll(shared).toEqual([]);
    expect(heldBy(copy)).not.toContain("anon_inode:[io_uring]");
    const mappings = readFileSync(`/proc/${copy}/maps`, "latin1").split("\n");
    expect(mappings.filter((line) => /^\S+ ...s/.test(line))).toEqual([]);
  });
});
