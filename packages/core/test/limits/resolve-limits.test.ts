import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { defaultLimits, type Limits, resolveLimits } from "../../src/index.ts";

const names = Object.keys(defaultLimits) as (keyof Limits)[];

describe("resolveLimits()", () => {
  it("answers the documented defaults when nothing is said", () => {
    expect(resolveLimits({})).toEqual({
      memoryLimit: 128,
      processOverheadLimit: 256,
      cpuTimeLimitMs: 30_000,
      wallTimeLimitMs: 60_000,
      outputLimitBytes: 16_777_216,
      resultLimitBytes: 67_108_864,
      openFilesLimit: 1024,
      systemCallLimit: Infinity,
      systemCallRateLimit: Infinity,
      pendingCallsLimit: 100_000,
      timersLimit: 100_000,
      threadsLimit: 16,
    });
    expect(Object.isFrozen(resolveLimits({}))).toBe(true);
  });

  it("takes what is given, and the rest from the defaults that it is told", () => {
    const base = resolveLimits({ memoryLimit: 64, cpuTimeLimitMs: 5 });
    expect(resolveLimits({ cpuTimeLimitMs: 7, memoryLimit: undefined }, base)).toEqual({ ...base, cpuTimeLimitMs: 7 });
  });

  it("takes Infinity where a limit can be lifted", () => {
    const lifted = {
      cpuTimeLimitMs: Infinity,
      wallTimeLimitMs: Infinity,
      outputLimitBytes: Infinity,
      systemCallLimit: Infinity,
      systemCallRateLimit: Infinity,
    };
    expect(resolveLimits(lifted)).toMatchObject(lifted);
    for (const limit of [
      "memoryLimit",
      "resultLimitBytes",
      "openFilesLimit",
      "pendingCallsLimit",
      "timersLimit",
      "threadsLimit",
    ] as const) {
      expect(() => resolveLimits({ [limit]: Infinity })).toThrow(
        expect.objectContaining({ code: "ERR_INVALID_LIMIT" }),
      );
    }
  });

  it("takes 0 where nothing at all is meant", () => {
    const nothing = { outputLimitBytes: 0, resultLimitBytes: 0, openFilesLimit: 0 };
    expect(resolveLimits(nothing)).toMatchObject(nothing);
    for (const limit of [
      "memoryLimit",
      "cpuTimeLimitMs",
      "wallTimeLimitMs",
      "systemCallLimit",
      "systemCallRateLimit",
    ] as const) {
      expect(() => resolveLimits({ [limit]: 0 })).toThrow(expect.objectContaining({ code: "ERR_INVALID_LIMIT" }));
    }
  });

  it("refuses negative numbers and whatever is no number, naming the limit", () => {
    const junk = fc.oneof(
      fc.double({ max: -1e-9, noNaN: true }),
      fc.constantFrom<unknown>(Number.NaN, null, "10", true, {}, [], 10n, () => 1),
    );
    fc.assert(
      fc.property(fc.constantFrom(...names), junk, (limit, value) => {
        expect(() => resolveLimits({ [limit]: value })).toThrow(
          expect.objectContaining({ code: "ERR_INVALID_LIMIT", message: expect.stringContaining(`"${limit}"`) }),
        );
      }),
    );
  });

  it("refuses fractions of bytes and files, and what no machine has", () => {
    for (const given of [
      { outputLimitBytes: 1.5 },
      { resultLimitBytes: 1.5 },
      { openFilesLimit: 1.5 },
      { systemCallLimit: 1.5 },
      { pendingCallsLimit: 0 },
      { pendingCallsLimit: 2 ** 20 + 1 },
      { timersLimit: 0 },
      { timersLimit: 2 ** 20 + 1 },
      { threadsLimit: -1 },
      { threadsLimit: 257 },
      { systemCallRateLimit: 0.5 },
      { memoryLimit: 7 },
      { processOverheadLimit: 31 },
      { processOverheadLimit: 65_537 },
      { memoryLimit: 1e6 },
      { resultLimitBytes: 2 ** 28 + 1 },
    ]) {
      expect(() => resolveLimits(given)).toThrow(expect.objectContaining({ code: "ERR_INVALID_LIMIT" }));
    }
  });
});
