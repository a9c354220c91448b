import { setTimeout as sleep } from "node:timers/promises";
import type { Outcome } from "@vivarium/core";
import { afterEach, describe, expect, test, vi } from "vitest";
import { type FamilyMember, FamilyTime } from "../src/family-time.ts";

/** A guest that has used so much. */
class Member implements FamilyMember {
  readonly limits: { readonly cpuTimeLimitMs: number };
  usedMs: number | undefined = 0;
  outcome: Outcome | undefined;

  constructor(cpuTimeLimitMs: number) {
    this.limits = { cpuTimeLimitMs };
  }

  cpuTimeMs(): number | undefined {
    return this.usedMs;
  }

  end(outcome: Outcome): void {
    this.outcome = outcome;
  }
}

describe("The CPU time of a guest and those that it has started", () => {
  afterEach(() => {
    vi.useRealTimers();
  });

  test("is less by what each of them has used, for the next child of any of them", () => {
    const family = new FamilyTime({ cpuTimeLimitMs: 1000 });
    const parent = new Member(1000);
    family.join(parent);
    parent.usedMs = 200;
    expect(family.childsLimitMs).toBe(720);
    const child = new Member(720);
    const leave = family.join(child);
    child.usedMs = 300;
    expect(family.childsLimitMs).toBe(450);
    leave();
    leave();
    expect(family.childsLimitMs).toBe(450);
    parent.usedMs = 700;
    expect(family.childsLimitMs).toBe(0);
  });

  test("is not used up by one that its process has used more for than it may use itself", () => {
    const family = new FamilyTime({ cpuTimeLimitMs: 1000 });
    family.join(new Member(1000));
    const child = new Member(family.childsLimitMs);
    const leave = family.join(child);
    child.usedMs = 2000;
    expect(family.childsLimitMs).toBe(90);
    leave();
    expect(family.childsLimitMs).toBe(90);
  });

  test("ends all of them when together they have used it up", async () => {
    const family = new FamilyTime({ cpuTimeLimitMs: 1000 });
    const [parent, one, other] = [new Member(1000), new Member(900), new Member(900)];
    for (const member of [parent, one, other]) family.join(member);
    [parent.usedMs, one.usedMs, other.usedMs] = [200, 400, 399];
    await sleep(150);
    expect([parent.outcome, one.outcome, other.outcome]).toEqual([undefined, undefined, undefined]);
    other.usedMs = 400;
    const outcome = { kind: "cpu-time-limit", code: 124, limitMs: 1000 };
    await expect.poll(() => [parent.outcome, one.outcome, other.outcome]).toEqual([outcome, outcome, outcome]);
  });

  test("is watched as long as a child has used some of it, and no longer than there is somebody", () => {
    vi.useFakeTimers({ toFake: ["setInterval", "clearInterval", "setTimeout", "clearTimeout"] });
    const family = new FamilyTime({ cpuTimeLimitMs: 1000 });
    const [parent, child] = [new Member(1000), new Member(900)];
    const leave = family.join(parent);
    const leaveChild = family.join(child);
    child.usedMs = 600;
    leaveChild();
    parent.usedMs = 400;
    expect(vi.getTimerCount()).toBe(1);
    vi.advanceTimersByTime(1000);
    expect(parent.outcome?.kind).toBe("cpu-time-limit");
    leave();
    expect(vi.getTimerCount()).toBe(0);
  });

  test("is charged with the time that one took of which nobody knows what it has used, up to its limit", async () => {
    const family = new FamilyTime({ cpuTimeLimitMs: 1000 });
    const [one, other] = [new Member(30), new Member(900)];
    one.usedMs = other.usedMs = undefined;
    const [leaveOne, leaveOther] = [family.join(one), family.join(other)];
    await sleep(60);
    leaveOne();
    leaveOther();
    expect(family.childsLimitMs).toBeLessThan(0.9 * (1000 - 30 - 50));
    expect(family.childsLimitMs).toBeGreaterThan(100);
  });

  test("has no end where there is no limit", () => {
    const family = new FamilyTime({ cpuTimeLimitMs: Number.POSITIVE_INFINITY });
    family.join(new Member(Number.POSITIVE_INFINITY));
    expect(family.childsLimitMs).toBe(Number.POSITIVE_INFINITY);
  });
});
