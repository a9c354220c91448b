import { errnoOf, type SystemCallResult } from "@vivarium/core";
import { describe, expect, it } from "vitest";
import type { GuestCalls } from "../../src/index.ts";
import { GuestUnderTest } from "../support/guest-under-test.ts";

const ended = { kind: "pending-calls-limit", code: 1, limitCalls: 10 };

function answersOf({ queue }: GuestCalls): SystemCallResult[] {
  const answers: SystemCallResult[] = [];
  for (let done = queue.next(); done !== undefined; done = queue.next()) answers.push(done.answer.result);
  return answers;
}

describe("asynchronous calls", () => {
  const open = (pendingCallsLimit: number): GuestCalls =>
    new GuestUnderTest({ limits: { pendingCallsLimit }, permissions: { fs: () => true } }).calls;

  it("are no more at once than the limit", () => {
    const calls = open(10);
    for (let request = 1; request <= 10; request += 1) calls.calls["fs.stat"](request, 0, "/", true);
    expect(calls.record.ended).toBeUndefined();
    expect(answersOf(calls)).toHaveLength(10);
    for (let request = 11; request <= 21; request += 1) calls.calls["fs.stat"](request, 0, "/", true);
    expect(calls.record.ended).toEqual(ended);
    expect(answersOf(calls)).toEqual([]);
    expect(calls.calls["clock.now"](0, 0)).toBe(errnoOf("ECANCELED"));
  });

  it("count when they are refused, too, until the guest knows", () => {
    const calls = open(10);
    for (let request = 1; request <= 11; request += 1) calls.calls["fs.stat"](request, 0, "", true);
    expect(calls.record.ended).toEqual(ended);
  });

  it("carry no more than 64 MiB together, names included", () => {
    const calls = open(100_000);
    const path = `/${"x".repeat(4094)}`;
    for (let request = 1; request <= 10_000; request += 1) calls.calls["fs.stat"](request, 0, path, true);
    const answers = answersOf(calls);
    expect(answers).toHaveLength(10_000);
    expect(answers.filter((answer) => answer === errnoOf("EAGAIN"))).toHaveLength(
      10_000 - Math.floor(2 ** 26 / (2 * path.length)),
    );
    calls.calls["fs.stat"](10_001, 0, path, true);
    expect(answersOf(calls)).not.toContain(errnoOf("EAGAIN"));
  });
});
