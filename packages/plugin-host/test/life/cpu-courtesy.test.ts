import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { CpuCourtesy } from "../../src/host/cpu-courtesy.ts";
import { SlowTurns } from "../../src/host/slow-turns.ts";

const SHARE = { burstMs: 100, ofCore: 0.1 };

/** A guest whose CPU time is the test's. */
interface Guest {
  usedMs: number | undefined;
  steps: number;
  cpuTimeMs(): number | undefined;
  standBack(): void;
}

function guest(usedMs?: number): Guest {
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

/** Tells it of something that takes until the test ends it. */
function tell(courtesy: CpuCourtesy): { end(): Promise<void> } {
  const { promise, resolve } = Promise.withResolvers<void>();
  const told = courtesy.deliver(() => promise);
  return {
    end() {
      resolve();
      return told;
    },
  };
}

const courtesyOf = (turns: SlowTurns = new SlowTurns()): CpuCourtesy => new CpuCourtesy(SHARE, turns);

describe("a plugin that computes", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  test("stands back, once, as soon as it has used more than its share at an event", () => {
    const courtesy = courtesyOf();
    const busy = guest(0);
    courtesy.follow(busy);
    tell(courtesy);
    busy.usedMs = 90;
    vi.advanceTimersByTime(20);
    expect([busy.steps, courtesy.isOverdrawn]).toEqual([0, false]);
    busy.usedMs = 130;
    vi.advanceTimersByTime(20);
    expect([busy.steps, courtesy.isOverdrawn]).toEqual([1, true]);
    busy.usedMs = 500;
    vi.advanceTimersByTime(200);
    expect(busy.steps).toBe(1);
  });

  test("does so however slowly it computes at one go, on a machine that has too much to do", () => {
    const courtesy = courtesyOf();
    const busy = guest(0);
    courtesy.follow(busy);
    tell(courtesy);
    for (let look = 0; look < 300; look += 1) {
      busy.usedMs = (busy.usedMs ?? 0) + 0.4;
      vi.advanceTimersByTime(20);
    }
    expect(busy.steps).toBe(1);
  });

  test("and not for as much at many events, within its part of a core", async () => {
    const courtesy = courtesyOf();
    const honest = guest(0);
    courtesy.follow(honest);
    for (let event = 0; event < 300; event += 1) {
      const told = tell(courtesy);
      vi.advanceTimersByTime(20);
      honest.usedMs = (honest.usedMs ?? 0) + 8;
      vi.advanceTimersByTime(20);
      await told.end();
      vi.advanceTimersByTime(60);
    }
    expect(honest.steps).toBe(0);
  });

  test("is looked at between events, too, where it may use less", () => {
    const courtesy = courtesyOf();
    const busy = guest(0);
    courtesy.follow(busy);
    for (let second = 0; second < 25; second += 1) {
      vi.advanceTimersByTime(1000);
      busy.usedMs = (busy.usedMs ?? 0) + 4;
    }
    expect(busy.steps).toBe(0);
    for (let second = 0; second < 25; second += 1) {
      vi.advanceTimersByTime(1000);
      busy.usedMs = (busy.usedMs ?? 0) + 20;
    }
    expect(busy.steps).toBe(1);
  });

  test("owes what the guest before it did, and stands back from its first look on", () => {
    const courtesy = courtesyOf();
    const first = guest(0);
    courtesy.follow(first);
    first.usedMs = 2000;
    courtesy.follow(undefined);
    expect(courtesy.isOverdrawn).toBe(true);
    const second = guest(30);
    courtesy.follow(second);
    expect(second.steps).toBe(1);
  });

  test("is in good standing again after some time", () => {
    const courtesy = courtesyOf();
    const busy = guest(0);
    courtesy.follow(busy);
    busy.usedMs = 200;
    vi.advanceTimersByTime(1000);
    expect(courtesy.isOverdrawn).toBe(true);
    vi.advanceTimersByTime(1000);
    expect(courtesy.isOverdrawn).toBe(false);
  });

  test("waits with others who do, for as long as it owes; who does not, has its turn at once", async () => {
    const turns = new SlowTurns();
    const [one, other, honest] = [courtesyOf(turns), courtesyOf(turns), courtesyOf(turns)];
    for (const courtesy of [one, other]) {
      const busy = guest(0);
      courtesy.follow(busy);
      busy.usedMs = 900;
      courtesy.follow(busy);
    }
    const told: string[] = [];
    const { promise, resolve } = Promise.withResolvers<void>();
    const first = one.deliver(() => promise.finally(() => told.push("one")));
    const second = other.deliver(async () => void told.push("other"));
    await honest.deliver(async () => void told.push("honest"));
    expect(told).toEqual(["honest"]);
    resolve();
    await Promise.all([first, second]);
    expect(told).toEqual(["honest", "one", "other"]);
  });

  test("is not held to what it took to start, nor to what nobody can tell", () => {
    const courtesy = courtesyOf();
    courtesy.follow(guest(5000));
    expect(courtesy.isOverdrawn).toBe(false);
    const unknown = guest();
    courtesy.follow(unknown);
    vi.advanceTimersByTime(5000);
    expect([unknown.steps, courtesy.isOverdrawn]).toEqual([0, false]);
  });

  test("leaves no timer when its last guest is over", async () => {
    const courtesy = courtesyOf();
    courtesy.follow(guest(0));
    const told = tell(courtesy);
    courtesy.follow(undefined);
    await told.end();
    expect(vi.getTimerCount()).toBe(0);
  });
});
