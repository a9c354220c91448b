import { describe, expect, test } from "vitest";
import { Recovery } from "../../src/life/recovery.ts";

const OPTIONS = { restsMs: [0, 1_000, 5_000], breaker: { failures: 3, withinMs: 10_000, openMs: 60_000 } };
const PATIENT = { ...OPTIONS, breaker: { ...OPTIONS.breaker, failures: 100 } };

describe("a recovery", () => {
  test("rests longer after each crash in a row, the last time for all further ones", () => {
    const recovery = new Recovery(PATIENT);
    const rests = [0, 1, 2, 3].map((now) => recovery.crashed(now).ms);
    expect(rests).toEqual([0, 1_000, 5_000, 5_000]);
  });

  test("begins anew when the last crash is longer ago than the longest rest", () => {
    const recovery = new Recovery(PATIENT);
    recovery.crashed(0);
    expect(recovery.crashed(5_000)).toEqual({ kind: "rest", ms: 1_000 });
    expect(recovery.crashed(10_001)).toEqual({ kind: "rest", ms: 0 });
  });

  test("goes on after a breach, until there were too many of late, crashes among them", () => {
    const recovery = new Recovery(OPTIONS);
    expect(recovery.breached(0)).toEqual({ kind: "go-on", ms: 0 });
    expect(recovery.crashed(1).kind).toBe("rest");
    expect(recovery.breached(2)).toEqual({ kind: "break", ms: 60_000 });
  });

  test("forgets failures that are longer ago than the breaker's time", () => {
    const recovery = new Recovery(OPTIONS);
    recovery.breached(0);
    recovery.breached(5);
    expect(recovery.breached(10_000).kind).toBe("go-on");
    expect(recovery.breached(10_001).kind).toBe("break");
  });

  test("has one trial after it was open, and stays open for twice as long after each that fails, up to an hour", () => {
    const recovery = new Recovery(OPTIONS);
    recovery.breached(0);
    recovery.breached(0);
    const open = [0, 100_000, 300_000, 600_000, 1, 2, 3, 4].map((now) => recovery.breached(now));
    expect(open.map(({ kind }) => kind)).toEqual(open.map(() => "break"));
    expect(open.map(({ ms }) => ms / 60_000)).toEqual([1, 2, 4, 8, 16, 32, 60, 60]);
  });

  test("keeps to a longer time than an hour where that was said", () => {
    const recovery = new Recovery({ ...OPTIONS, breaker: { ...OPTIONS.breaker, failures: 1, openMs: 7_200_000 } });
    expect([recovery.breached(0).ms, recovery.breached(1).ms]).toEqual([7_200_000, 7_200_000]);
  });

  test("has passed its trial when it has worked", () => {
    const recovery = new Recovery(OPTIONS);
    for (let failure = 0; failure < 4; failure += 1) recovery.breached(0);
    recovery.worked();
    expect(recovery.breached(1).kind).toBe("go-on");
    recovery.breached(1);
    expect(recovery.breached(1)).toEqual({ kind: "break", ms: 60_000 });
  });

  test("is as new when somebody has reset it", () => {
    const recovery = new Recovery(OPTIONS);
    for (let failure = 0; failure < 5; failure += 1) recovery.crashed(0);
    recovery.reset();
    expect(recovery.crashed(1)).toEqual({ kind: "rest", ms: 0 });
  });
});
