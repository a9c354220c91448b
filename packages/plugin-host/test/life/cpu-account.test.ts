import { describe, expect, test } from "vitest";
import { CpuAccount } from "../../src/life/cpu-account.ts";

const SHARE = { burstMs: 100, ofCore: 0.1 };

describe("an account of CPU time", () => {
  test("owes what is more than may be used at once", () => {
    const account = new CpuAccount(SHARE, 0);
    account.charge(100, 0);
    expect(account.debtMs(0)).toBe(-0);
    account.charge(30, 0);
    expect(account.debtMs(0)).toBe(30);
  });

  test("is made good by time, at its part of a core", () => {
    const account = new CpuAccount(SHARE, 0);
    account.charge(400, 0);
    expect(account.debtMs(1_000)).toBe(200);
    expect(account.debtMs(3_000)).toBeCloseTo(0);
  });

  test("bears its part of a core for ever, and no more", () => {
    const within = new CpuAccount(SHARE, 0);
    const beyond = new CpuAccount(SHARE, 0);
    for (let second = 1; second <= 100; second += 1) {
      within.charge(100, second * 1000);
      beyond.charge(105, second * 1000);
    }
    expect(within.debtMs(100_000)).toBeLessThanOrEqual(0);
    expect(beyond.debtMs(100_000)).toBeGreaterThan(0);
  });

  test("saves nothing up beyond a burst", () => {
    const account = new CpuAccount(SHARE, 0);
    account.charge(101, 1_000_000);
    expect(account.debtMs(1_000_000)).toBe(1);
  });

  test("forgives what is long ago", () => {
    const account = new CpuAccount(SHARE, 0);
    account.charge(10_000_000, 0);
    expect(account.debtMs(0)).toBe(5_000);
  });

  test("owes what was used at one go, however slowly", () => {
    const account = new CpuAccount(SHARE, 0);
    for (let second = 1; second <= 15; second += 1) account.charge(10, second * 1000);
    expect(account.debtMs(15_000)).toBeLessThan(0);
    account.stretch(99);
    expect(account.debtMs(15_000)).toBeLessThan(0);
    account.stretch(150);
    expect(account.debtMs(15_000)).toBe(50);
    account.stretch(160);
    expect(account.debtMs(15_000)).toBe(60);
  });
});
