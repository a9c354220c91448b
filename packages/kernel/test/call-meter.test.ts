import { describe, expect, it } from "vitest";
import { CallMeter } from "../src/index.ts";

const none = Number.POSITIVE_INFINITY;
const tooMany = { kind: "system-call-limit", code: 1, limitCalls: 5 };
const tooFast = { kind: "system-call-rate-limit", code: 1, limitCallsPerSecond: 100 };

/** Counts until something is exceeded; answers how many calls came through, and what then was. */
function countAll(meter: CallMeter, most: number, onCall = (): void => undefined): [number, unknown] {
  for (let calls = 0; calls < most; calls += 1) {
    const exceeded = meter.count();
    if (exceeded !== undefined) return [calls, exceeded];
    onCall();
  }
  return [most, undefined];
}

describe("a meter of system calls", () => {
  it("lets through as many calls as the run may make, and says so at the next one and ever after", () => {
    const meter = new CallMeter({ limits: { systemCallLimit: 5, systemCallRateLimit: none } });
    expect(countAll(meter, 10)).toEqual([5, tooMany]);
    expect(meter.count()).toEqual(tooMany);
  });

  it("lets everything through where there are no limits, and never looks at a clock", () => {
    let looks = 0;
    const now = (): number => {
      looks += 1;
      return 0;
    };
    const meter = new CallMeter({ limits: { systemCallLimit: none, systemCallRateLimit: none }, now });
    expect(countAll(meter, 100_000)).toEqual([100_000, undefined]);
    expect(looks).toBeLessThanOrEqual(1);
  });

  it("lets through a second's worth at once, and then as many as time brings", () => {
    let time = 0;
    const meter = new CallMeter({ limits: { systemCallLimit: none, systemCallRateLimit: 100 }, now: () => time });
    expect(countAll(meter, 1000)).toEqual([100, tooFast]);
    time += 250;
    expect(countAll(meter, 1000)).toEqual([25, tooFast]);
    time += 3_600_000;
    expect(countAll(meter, 1000)).toEqual([100, tooFast]);
  });

  it("lets a guest that stays within its rate go on for ever", () => {
    let time = 0;
    const limits = { systemCallLimit: none, systemCallRateLimit: 100 };
    const steady = new CallMeter({ limits, now: () => time });
    const onCall = (): void => {
      time += 10;
    };
    expect(countAll(steady, 100_000, onCall)).toEqual([100_000, undefined]);
    const fast = new CallMeter({ limits, now: () => time });
    const [calls, exceeded] = countAll(fast, 100_000, () => {
      time += 5;
    });
    expect(exceeded).toEqual(tooFast);
    expect(calls).toBeGreaterThanOrEqual(100);
    expect(calls).toBeLessThan(250);
  });

  it("looks at the clock once for many calls", () => {
    let looks = 0;
    const now = (): number => {
      looks += 1;
      return looks * 1000;
    };
    const meter = new CallMeter({ limits: { systemCallLimit: none, systemCallRateLimit: 1000 }, now });
    expect(countAll(meter, 100_000)).toEqual([100_000, undefined]);
    expect(looks).toBeLessThan(110);
  });

  it("keeps both limits together", () => {
    let time = 0;
    const meter = new CallMeter({ limits: { systemCallLimit: 150, systemCallRateLimit: 100 }, now: () => time });
    expect(countAll(meter, 1000)).toEqual([100, tooFast]);
    time += 1000;
    expect(countAll(meter, 1000)).toEqual([50, { ...tooMany, limitCalls: 150 }]);
  });
});
