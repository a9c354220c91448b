import { errnoOf } from "@vivarium/core";
import { describe, expect, it } from "vitest";
import { GuestUnderTest } from "../support/guest-under-test.ts";

describe("timers and handles", () => {
  const open = () => new GuestUnderTest({ limits: { timersLimit: 10 } }).calls;

  it("may be as many at once as the limit says, and the guest is told how many", () => {
    const calls = open();
    expect(calls.calls["loop.waiters"](0, 0, 1)).toBe(10);
    expect(calls.calls["loop.waiters"](0, 0, 10)).toBe(10);
    expect(calls.record.ended).toBeUndefined();
  });

  it("end a guest that has one more, and nothing is served after that", () => {
    const calls = open();
    expect(calls.calls["loop.waiters"](0, 0, 11)).toBe(errnoOf("ECANCELED"));
    expect(calls.record.ended).toEqual({ kind: "timers-limit", code: 1, limitTimers: 10 });
    expect(calls.calls["loop.waiters"](0, 0, 1)).toBe(errnoOf("ECANCELED"));
  });

  it("are whole numbers: anything else is refused, and ends nothing", () => {
    const calls = open();
    for (const junk of ["11", Number.NaN, 10.5, Number.POSITIVE_INFINITY, undefined]) {
      expect(calls.calls["loop.waiters"](0, 0, junk)).toBe(errnoOf("EINVAL"));
    }
    expect(calls.record.ended).toBeUndefined();
  });
});
