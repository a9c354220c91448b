import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { CpuCourtesy } from "../../src/host/cpu-courtesy.ts";

const SHARE = { burstMs: 100, ofCore: 0.1 };

/** A guest whose CPU time is the test's. */
function guest(usedMs = 0): {
  usedMs: number | undefined;
  steps: number;
  cpuTimeMs(): number | undefined;
  standBack(): void;
} {
  return {
    usedMs,
    steps: 0,
    cpuTimeMs() {
      return this.usedMs;
    },
    standBack() {
      this.steps += 1;
    },
  };
}

describe("a plugin that computes", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  test("stands back, once, as soon as it has used more than its share at an event", () => {
    const courtesy = new CpuCourtesy(SHARE);
    const busy = guest();
    courtesy.follow(busy);
    const watched = courtesy.watch();
    busy.usedMs = 90;
    vi.advanceTimersByTime(20);
    expect([busy.steps, courtesy.isOverdrawn]).toEqual([0, false]);
    busy.usedMs = 130;
    vi.advanceTimersByTime(20);
    expect([busy.steps, courtesy.isOverdrawn]).toEqual([1, true]);
    busy.usedMs = 500;
    vi.advanceTimersByTime(200);
    expect(busy.steps).toBe(1);
    watched[Symbol.dispose]();
  });

  test("is looked at between events, too", () => {
    const courtesy = new CpuCourtesy(SHARE);
    const busy = guest();
    courtesy.follow(busy);
    busy.usedMs = 1000;
    vi.advanceTimersByTime(999);
    expect(busy.steps).toBe(0);
    vi.advanceTimersByTime(1);
    expect(busy.steps).toBe(1);
  });

  test("owes what the guest before it did, and stands back from its beginning on", () => {
    const courtesy = new CpuCourtesy(SHARE);
    const first = guest();
    courtesy.follow(first);
    first.usedMs = 2000;
    courtesy.follow(undefined);
    expect(courtesy.isOverdrawn).toBe(true);
    const second = guest(30);
    courtesy.follow(second);
    expect(second.steps).toBe(1);
  });

  test("is in good standing again after some time", () => {
    const courtesy = new CpuCourtesy(SHARE);
    const busy = guest();
    courtesy.follow(busy);
    busy.usedMs = 200;
    vi.advanceTimersByTime(1000);
    expect(courtesy.isOverdrawn).toBe(true);
    vi.advanceTimersByTime(1000);
    expect(courtesy.isOverdrawn).toBe(false);
  });

  test("is not held to what it took to start, nor to what nobody can tell", () => {
    const courtesy = new CpuCourtesy(SHARE);
    courtesy.follow(guest(5000));
    expect(courtesy.isOverdrawn).toBe(false);
    const unknown = guest();
    unknown.usedMs = undefined;
    courtesy.follow(unknown);
    vi.advanceTimersByTime(5000);
    expect([unknown.steps, courtesy.isOverdrawn]).toEqual([0, false]);
  });

  test("leaves no timer when its last guest is over", () => {
    const courtesy = new CpuCourtesy(SHARE);
    courtesy.follow(guest());
    const watched = courtesy.watch();
    courtesy.follow(undefined);
    watched[Symbol.dispose]();
    expect(vi.getTimerCount()).toBe(0);
  });
});
