import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { Pace } from "../src/pace.ts";

describe("the pace of calls", () => {
  const quick = (): Pace => {
    const pace = new Pace();
    for (let call = 0; call < 1000 && !pace.isQuick; call += 1) pace.beat();
    return pace;
  };

  test("is quick after many calls in a row, and not after a few", () => {
    const pace = new Pace();
    for (let call = 0; call < 4; call += 1) pace.beat();
    expect(pace.isQuick).toBe(false);
    expect(quick().isQuick).toBe(true);
  });

  test("is no longer quick after a pause, or when it was expected in vain", async () => {
    const paused = quick();
    await sleep(5);
    paused.beat();
    expect(paused.isQuick).toBe(false);
    const missed = quick();
    missed.missed();
    expect(missed.isQuick).toBe(false);
  });
});
