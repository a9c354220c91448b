import { describe, expect, test } from "vitest";
import { CpuAccount } from "../../src/life/cpu-account.ts";

const SHARE = { burstMs: 100, ofCore: 0.1 };

describe("an account of CPU time", () => {
  test("owes what is more than it has saved up", () => {
    const account = new CpuAccount(SHARE, 0);
    account.charge(1000, 0);
    expect(account.debtMs(0)).toBe(-0);
    account.charge(30, 0);
    expect(account.debtMs(0)).toBe(30);
  });

  test("is made good by time, at its part of a core", () => {
    const account = new CpuAccount(SHARE, 0);
    account.charge(1_300, 0);
    expect(account.debtMs(1_000)).toBe(200);
    expect(account.debtMs(3_000)).toBeCloseTo(0);
  });

  test("bears its part of a core for ever, and no more", () => {
    const within = new CpuAccount(SHARE, 0);
    const beyond = new CpuAccount(SHARE, 0);
    for (let second = 1; second <= 100; second += 1) {
      within.charge(100, second * 1000);
      beyond.charge(115, second * 1000);
    }
    expect(within.debtMs(100_000)).toBeLessThanOrEqual(0);
    expect(beyond.debtMs(100_000)).toBeGreaterThan(0);
  });

  test("saves nothing up beyond ten bursts", () => {
    const account = new CpuAccount(SHARE, 0);
    account.charge(1_001, 1_000_000);
    expect(account.debtMs(1_000_000)).toBe(1);
  });

  test("forgives what is long ago", () => {
    const account = new CpuAccount(SHARE, 0);
    account.charge(10_000_000, 0);
    expect(account.debtMs(0)).toBe(12_500);
  });
});
