import type { Outcome } from "@vivarium/core";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { type MemoryMember, ThreadsMemory } from "../src/threads-memory.ts";

const MIB = 1024 * 1024;

/** One that has grown by so much. */
class Member implements MemoryMember {
  grownMiB: number | undefined = 0;
  outcome: Outcome | undefined;

  grownBytes(): number | undefined {
    return this.grownMiB === undefined ? undefined : this.grownMiB * MIB;
  }

  end(outcome: Outcome): void {
    this.outcome = outcome;
  }
}

describe("The memory of a guest and its threads", () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  test("is what one guest may have: all of them end when it is used up", () => {
    const memory = new ThreadsMemory({ memoryLimit: 32, processOverheadLimit: 64 });
    const [main, one, other] = [new Member(), new Member(), new Member()];
    for (const member of [main, one, other]) memory.join(member);
    [main.grownMiB, one.grownMiB, other.grownMiB] = [30, 66, -20];
    vi.advanceTimersByTime(200);
    expect([main.outcome, one.outcome, other.outcome]).toEqual([undefined, undefined, undefined]);
    one.grownMiB = 67;
    vi.advanceTimersByTime(200);
    const outcome = { kind: "process-memory-limit", code: 1, limitMiB: 96 };
    expect([main.outcome, one.outcome, other.outcome]).toEqual([outcome, outcome, outcome]);
  });

  test("is looked at while there are threads, where there is a limit, and what no machine tells counts for nothing", () => {
    const memory = new ThreadsMemory({ memoryLimit: 32, processOverheadLimit: 32 });
    const [main, thread] = [new Member(), new Member()];
    const leaveMain = memory.join(main);
    expect(vi.getTimerCount()).toBe(0);
    const leave = memory.join(thread);
    expect(vi.getTimerCount()).toBe(1);
    [main.grownMiB, thread.grownMiB] = [undefined, 60];
    vi.advanceTimersByTime(200);
    leave();
    leave();
    expect(vi.getTimerCount()).toBe(0);
    leaveMain();
    expect(main.outcome).toBeUndefined();
    const unlimited = new ThreadsMemory({ memoryLimit: 32, processOverheadLimit: Number.POSITIVE_INFINITY });
    unlimited.join(main);
    unlimited.join(thread);
    expect(vi.getTimerCount()).toBe(0);
  });
});
