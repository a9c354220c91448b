import { describe, expect, test } from "vitest";
import { CpuAccount } from "../../src/life/cpu-account.ts";

const SHARE = { burstMs: 100, ofCore: 0.1 };

describe("an account of CPU time", () => {
  test("is overdrawn by more than may be used at once", () => {
    const account = new CpuAccount(SHARE, 0);
    account.charge(100, 0);
    expect(account.isOverdrawn(0)).toBe(false);
    account.charge(1, 0);
    expect(account.isOverdrawn(0)).toBe(true);
  });

  test("is made good by time, at its part of a core", () => {
    const account = new CpuAccount(SHARE, 0);
    account.charge(400, 0);
    expect(account.isOverdrawn(2_999)).toBe(true);
    expect(account.isOverdrawn(3_000)).toBe(false);
  });

  test("bears its part of a core for ever, and no more", () => {
    const within = new CpuAccount(SHARE, 0);
    const beyond = new CpuAccount(SHARE, 0);
    for (let second = 1; second <= 100; second += 1) {
      within.charge(100, second * 1000);
      beyond.charge(105, second * 1000);
    }
    expect(within.isOverdrawn(100_000)).toBe(false);
    expect(beyond.isOverdrawn(100_000)).toBe(true);
  });

  test("saves nothing up beyond a burst", () => {
    const account = new CpuAccount(SHARE, 0);
    account.charge(101, 1_000_000);
    expect(account.isOverdrawn(1_000_000)).toBe(true);
  });

  test("forgives what is long ago", () => {
    const account = new CpuAccount(SHARE, 0);
    account.charge(10_000_000, 0);
    expect(account.isOverdrawn(49_000)).toBe(true);
    expect(account.isOverdrawn(50_000)).toBe(false);
  });
});
