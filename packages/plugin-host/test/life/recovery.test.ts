import { expect, test } from "vitest";
import { Recovery } from "../../src/life/recovery.ts";
import { TokenBucket } from "../../src/life/token-bucket.ts";

const options = { restsMs: [0, 100, 1000], breaker: { failures: 4, withinMs: 10_000, openMs: 5000 } };

test("rests grow from crash to crash, and begin anew when the last is longer ago than the longest", () => {
  const recovery = new Recovery({ ...options, breaker: { ...options.breaker, failures: 100 } });
  expect([0, 10, 20, 30].map((now) => recovery.crashed(now))).toEqual([
    { kind: "rest", ms: 0 },
    { kind: "rest", ms: 100 },
    { kind: "rest", ms: 1000 },
    { kind: "rest", ms: 1000 },
  ]);
  expect(recovery.crashed(1030)).toEqual({ kind: "rest", ms: 1000 });
  expect(recovery.crashed(2031)).toEqual({ kind: "rest", ms: 0 });
});

test("so many failures within a time break, crashes and breaches alike", () => {
  const recovery = new Recovery(options);
  expect(recovery.breached(0)).toEqual({ kind: "go-on", ms: 0 });
  expect(recovery.crashed(1).kind).toBe("rest");
  // Doing its work between its crashes does not help it.
  recovery.worked();
  expect(recovery.breached(2).kind).toBe("go-on");
  expect(recovery.crashed(3)).toEqual({ kind: "break", ms: 5000 });
});

test("failures that are long ago do not count", () => {
  const recovery = new Recovery(options);
  for (const now of [0, 1, 2]) recovery.breached(now);
  expect(recovery.breached(10_002).kind).toBe("go-on");
});

test("on trial one failure is too many, until it has worked, or lived for long enough", () => {
  const broken = (): Recovery => {
    const recovery = new Recovery(options);
    for (const now of [0, 0, 0, 0]) recovery.crashed(now);
    return recovery;
  };
  expect(broken().crashed(14_999).kind).toBe("break");
  expect(broken().breached(14_999).kind).toBe("break");
  expect(broken().crashed(15_000).kind).toBe("rest");
  const working = broken();
  working.worked();
  expect(working.crashed(5001).kind).toBe("rest");
  const reset = broken();
  reset.reset();
  expect(reset.crashed(5001)).toEqual({ kind: "rest", ms: 0 });
});

test("after each trial that fails it is open for twice as long, up to an hour", () => {
  const recovery = new Recovery(options);
  for (const now of [0, 0, 0]) recovery.breached(now);
  const open = Array.from({ length: 12 }, (_, now) => recovery.breached(now).ms / 5000);
  expect(open).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 720, 720]);
  recovery.worked();
  for (const now of [20, 20, 20]) recovery.breached(now);
  expect(recovery.breached(20)).toEqual({ kind: "break", ms: 5000 });
});

test("it is open for longer than an hour where that was said", () => {
  const recovery = new Recovery({ ...options, breaker: { failures: 1, withinMs: 1000, openMs: 7_200_000 } });
  expect([recovery.breached(0).ms, recovery.breached(1).ms]).toEqual([7_200_000, 7_200_000]);
});

test("a bucket lets so much through at once, and then so much a second", () => {
  const bucket = new TokenBucket(3, 2, 0);
  expect([0, 0, 0, 0].map((now) => bucket.take(now))).toEqual([true, true, true, false]);
  expect(bucket.take(499)).toBe(false);
  expect([500, 500, 1000, 1000].map((now) => bucket.take(now))).toEqual([true, false, true, false]);
  expect([1e6, 1e6, 1e6, 1e6].map((now) => bucket.take(now))).toEqual([true, true, true, false]);
});
