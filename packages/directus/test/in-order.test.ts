import { setTimeout as delay } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { inOrder } from "../src/host/in-order.ts";

/** Works on milliseconds: waits as long, then for its turn. */
function working(): {
  readonly told: string[];
  readonly work: (ms: number, turn: () => Promise<void>) => Promise<number>;
} {
  const told: string[] = [];
  const work = async (ms: number, turn: () => Promise<void>): Promise<number> => {
    told.push(`begins ${ms}`);
    await delay(ms);
    await turn();
    if (ms < 10) throw new Error(`failed ${ms}`);
    told.push(`ends ${ms}`);
    return ms;
  };
  return { told, work };
}

describe("work in order", () => {
  test("is begun on some items at a time, and ends in the order of the items", async () => {
    const { told, work } = working();
    expect(await inOrder([60, 10, 40, 20], 2, work)).toEqual([60, 10, 40, 20]);
    expect(told.slice(0, 2)).toEqual(["begins 60", "begins 10"]);
    expect(told.indexOf("begins 40")).toBeGreaterThan(told.indexOf("ends 60"));
    expect(told.filter((line) => line.startsWith("ends"))).toEqual(["ends 60", "ends 10", "ends 40", "ends 20"]);
  });

  test("is begun one by one, where no more are to be worked on", async () => {
    const { told, work } = working();
    await inOrder([20, 10], 1, work);
    expect(told).toEqual(["begins 20", "ends 20", "begins 10", "ends 10"]);
  });

  test("fails with what is first in the order, and begins no more", async () => {
    const { told, work } = working();
    await expect(inOrder([50, 9, 1, 30, 40], 3, work)).rejects.toThrow("failed 9");
    // Whether one more was begun, when the one before had to wait for its turn to fail, is no matter.
    expect(told.filter((line) => line !== "begins 30")).toEqual(["begins 50", "begins 9", "begins 1", "ends 50"]);
  });

  test("is under way no more when it has failed", async () => {
    let isUnderWay = true;
    const slow = inOrder([0, 50], 2, async (ms) => {
      if (ms === 0) throw new Error("at once");
      await delay(ms);
      isUnderWay = false;
    });
    await expect(slow).rejects.toThrow("at once");
    expect(isUnderWay).toBe(false);
  });

  test("is none on no items", async () => {
    expect(await inOrder([], 2, working().work)).toEqual([]);
  });
});
