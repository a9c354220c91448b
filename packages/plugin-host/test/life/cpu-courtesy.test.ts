import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { CpuCourtesy } from "../../src/host/cpu-courtesy.ts";
import { LongGoes } from "../../src/host/long-goes.ts";

const SHARE = { burstMs: 100, ofCore: 0.1 };

/** A guest whose CPU time is the test's. */
interface Guest {
  usedMs: number | undefined;
  steps: number;
  isSuspended: boolean;
  cpuTimeMs(): number | undefined;
  standBack(): void;
  suspend(): void;
  resume(): void;
}

function guest(usedMs?: number): Guest {
  return {
    usedMs,
    steps: 0,
    isSuspended: false,
    cpuTimeMs() {
      return this.usedMs;
    },
    standBack() {
      this.steps += 1;
    },
    suspend() {
      this.isSuspended = true;
    },
    resume() {
      this.isSuspended = false;
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

/** Of a machine with one processor. */
const courtesyOf = (goes: LongGoes = new LongGoes(1)): CpuCourtesy => new CpuCourtesy(SHARE, goes);

describe("a plugin that computes", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  test("takes turns as soon as it has computed for long at an event, until it is through", async () => {
    const goes = new LongGoes(1);
    const [courtesy, other] = [courtesyOf(goes), courtesyOf(goes)];
    const [busy, beside] = [guest(0), guest(0)];
    courtesy.follow(busy);
    other.follow(beside);
    const told = tell(courtesy);
    tell(other);
    busy.usedMs = 90;
    vi.advanceTimersByTime(20);
    expect(busy.isSuspended).toBe(false);
    busy.usedMs = 130;
    vi.advanceTimersByTime(20);
    [busy.usedMs, beside.usedMs] = [150, 20];
    vi.advanceTimersByTime(20);
    expect([busy.isSuspended, beside.isSuspended, busy.steps]).toEqual([true, false, 0]);
    await told.end();
    expect(busy.isSuspended).toBe(false);
  });

  test("stands back, once, when it has done so for very long", () => {
    const courtesy = courtesyOf();
    const busy = guest(0);
    courtesy.follow(busy);
    tell(courtesy);
    busy.usedMs = 240;
    vi.advanceTimersByTime(20);
    expect(busy.steps).toBe(0);
    busy.usedMs = 260;
    vi.advanceTimersByTime(20);
    expect(busy.steps).toBe(1);
    busy.usedMs = 5000;
    vi.advanceTimersByTime(200);
    expect(busy.steps).toBe(1);
  });

  test("does so however slowly it computes at one go, on a machine that has too much to do", () => {
    const courtesy = courtesyOf();
    const busy = guest(0);
    courtesy.follow(busy);
    tell(courtesy);
    for (let look = 0; look < 700; look += 1) {
      busy.usedMs = (busy.usedMs ?? 0) + 0.4;
      vi.advanceTimersByTime(20);
    }
    expect(busy.steps).toBe(1);
  });

  test("takes turns when it has used more than its share, however short each go is", async () => {
    const goes = new LongGoes(1);
    const [courtesy, other] = [courtesyOf(goes), courtesyOf(goes)];
    const [busy, beside] = [guest(0), guest(0)];
    courtesy.follow(busy);
    other.follow(beside);
    tell(other);
    let stops = 0;
    for (let event = 0; event < 40; event += 1) {
      const told = tell(courtesy);
      busy.usedMs = (busy.usedMs ?? 0) + 60;
      for (let look = 0; look < 3; look += 1) {
        beside.usedMs = (beside.usedMs ?? 0) + 0.6;
        vi.advanceTimersByTime(20);
      }
      stops += Number(busy.isSuspended);
      await told.end();
    }
    expect(stops).toBeGreaterThan(10);
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
    expect([honest.steps, honest.isSuspended]).toEqual([0, false]);
  });

  test("nor for many that come together, each of them short", async () => {
    const courtesy = courtesyOf();
    const honest = guest(0);
    courtesy.follow(honest);
    for (let event = 0; event < 60; event += 1) {
      const told = tell(courtesy);
      vi.advanceTimersByTime(15);
      honest.usedMs = (honest.usedMs ?? 0) + 15;
      await told.end();
    }
    vi.advanceTimersByTime(1000);
    expect([honest.steps, honest.isSuspended]).toEqual([0, false]);
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
    busy.usedMs = 1200;
    vi.advanceTimersByTime(1000);
    expect(courtesy.isOverdrawn).toBe(true);
    vi.advanceTimersByTime(2000);
    expect(courtesy.isOverdrawn).toBe(false);
  });

  test("goes on when its guest is no longer followed", () => {
    const goes = new LongGoes(1);
    const [courtesy, other] = [courtesyOf(goes), courtesyOf(goes)];
    const [busy, next] = [guest(0), guest(0)];
    const beside = guest(0);
    courtesy.follow(busy);
    other.follow(beside);
    tell(courtesy);
    tell(other);
    busy.usedMs = 130;
    vi.advanceTimersByTime(20);
    [busy.usedMs, beside.usedMs] = [150, 20];
    vi.advanceTimersByTime(20);
    expect(busy.isSuspended).toBe(true);
    courtesy.follow(next);
    expect([busy.isSuspended, next.isSuspended]).toEqual([false, false]);
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
