import { getHeapSpaceStatistics } from "node:v8";
import { runInNewContext } from "node:vm";
import { describe, expect, test } from "vitest";
import { openGarbageCollection } from "../../src/cell/garbage-collection.ts";

function youngBytes(): number {
  return getHeapSpaceStatistics().find(({ space_name: name }) => name === "new_space")?.space_used_size ?? Number.NaN;
}

describe("a process that collects its garbage when it suits", () => {
  test("collects what is young when there is much of it, and all when it is told to", () => {
    const garbage = openGarbageCollection();
    let collected = false;
    for (let round = 0; round < 10_000 && !collected; round += 1) {
      const made = Array.from({ length: 100 }, (_, index) => ({ index }));
      expect(made).toHaveLength(100);
      const before = youngBytes();
      garbage.minorIfDue();
      collected = youngBytes() < before / 2;
    }
    expect(collected).toBe(true);
    garbage.full();
  });

  test("gives no later context a way to do so", () => {
    openGarbageCollection();
    expect(runInNewContext("typeof gc")).toBe("undefined");
  });
});
