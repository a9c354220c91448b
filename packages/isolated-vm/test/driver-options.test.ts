import { availableParallelism } from "node:os";
import { describe, expect, test } from "vitest";
import { resolveDriverOptions } from "../src/resolve-driver-options.ts";

describe("the options of the factory", () => {
  test("default to process cells, one per core, and as many that wait", () => {
    const cores = availableParallelism();
    expect(resolveDriverOptions({})).toEqual({
      cells: "process",
      isolation: "runtime",
      confinement: "preferred",
      maxCells: cores,
      guestsPerCell: 16,
      runsPerCell: 1000,
      waitingCells: Math.min(cores, 4),
      cellIdleTimeMs: 60_000,
      warmUp: false,
      maxGuests: 100,
      maxQueuedRuns: 1000,
      queueTimeLimitMs: Number.POSITIVE_INFINITY,
      idleTimeMs: 5000,
      niceness: 0,
    });
  });

  test.each(["process", "worker", "inline"] as const)("take %s cells", (cells) => {
    expect(resolveDriverOptions({ cells }).cells).toBe(cells);
  });

  test.each([
    [{ maxCells: 1e9 }, 'Cannot use option "maxCells": expected an integer, from 1 to 1024, got 1000000000'],
    [
      { queueTimeLimitMs: 0 },
      'Cannot use option "queueTimeLimitMs": expected an integer, from 1 to 2147483647, or Infinity, got 0',
    ],
    [{ maxQueuedRuns: -1 }, 'Cannot use option "maxQueuedRuns": expected an integer, 0 or more, or Infinity, got -1'],
    [
      { guestsPerCell: 16 },
      'Cannot use option "guestsPerCell": expected no value unless "isolation" is "shared", got 16',
    ],
    [
      { isolation: "run", runsPerCell: 5 },
      'Cannot use option "runsPerCell": expected no value, or 1, as "isolation" is "run", got 5',
    ],
    [
      { isolation: "shared", waitingCells: 2 },
      'Cannot use option "waitingCells": expected no value, or 0, as "isolation" is "shared", got 2',
    ],
    [
      { warmUp: true, waitingCells: 0 },
      'Cannot use option "warmUp": expected no value, or false, as "waitingCells" is 0, got true',
    ],
    [
      { cells: "inline", warmUp: true },
      'Cannot use option "warmUp": expected no value, or false, as "cells" is "inline", got true',
    ],
  ] as const)("refuse %j, and say what is wanted and what was given", (options, message) => {
    expect(() => resolveDriverOptions(options)).toThrow(
      expect.objectContaining({ code: "ERR_INVALID_OPTION", message }),
    );
  });

  test.each([
    { isolation: "shared", guestsPerCell: 1024, maxCells: 1024, waitingCells: 0 },
    { isolation: "run", runsPerCell: 1, waitingCells: 1024 },
    { cells: "inline", warmUp: false, waitingCells: 2, maxQueuedRuns: Number.POSITIVE_INFINITY },
    { cellIdleTimeMs: Number.POSITIVE_INFINITY, queueTimeLimitMs: 2 ** 31 - 1, idleTimeMs: 2 ** 31 - 1 },
  ] as const)("take %j", (options) => {
    expect(resolveDriverOptions(options)).toMatchObject(options);
  });

  test("refuse by name what only process cells can keep, and say so", () => {
    expect(() => resolveDriverOptions({ cells: "worker", confinement: "required" })).toThrow(
      expect.objectContaining({
        code: "ERR_UNSUPPORTED_CAPABILITY",
        message:
          'Cannot use confinement "required" in worker cells: "isolated-vm" does not support it; set "cells" to "process"',
      }),
    );
  });

  test.each([
    [{ cells: "thread" }, "ERR_INVALID_OPTION"],
    [{ isolation: "guest" }, "ERR_INVALID_OPTION"],
    [{ isolation: "shared", guestsPerCell: 0 }, "ERR_INVALID_OPTION"],
    [{ isolation: "shared", guestsPerCell: 1025 }, "ERR_INVALID_OPTION"],
    [{ maxCells: 1e9 }, "ERR_INVALID_OPTION"],
    [{ waitingCells: 1025 }, "ERR_INVALID_OPTION"],
    [{ waitingCells: Number.POSITIVE_INFINITY }, "ERR_INVALID_OPTION"],
    [{ cellIdleTimeMs: 2 ** 31 }, "ERR_INVALID_OPTION"],
    [{ queueTimeLimitMs: 2 ** 31 }, "ERR_INVALID_OPTION"],
    [{ idleTimeMs: 2 ** 31 }, "ERR_INVALID_OPTION"],
    [{ idleTimeMs: Number.POSITIVE_INFINITY }, "ERR_INVALID_OPTION"],
    [{ runsPerCell: 2 ** 53 }, "ERR_INVALID_OPTION"],
    [{ runsPerCell: 0 }, "ERR_INVALID_OPTION"],
    [{ cellIdleTimeMs: -1 }, "ERR_INVALID_OPTION"],
    [{ warmUp: 1 }, "ERR_INVALID_OPTION"],
    [{ cells: "worker", isolation: "shared" }, "ERR_UNSUPPORTED_CAPABILITY"],
    [{ cells: "inline", isolation: "shared" }, "ERR_UNSUPPORTED_CAPABILITY"],
    [{ maxCells: 0 }, "ERR_INVALID_OPTION"],
    [{ maxCells: 1.5 }, "ERR_INVALID_OPTION"],
    [{ maxCells: "2" }, "ERR_INVALID_OPTION"],
    [{ waitingCells: -1 }, "ERR_INVALID_OPTION"],
    [{ confinement: true }, "ERR_INVALID_OPTION"],
    [{ confinement: "required", cells: "inline" }, "ERR_UNSUPPORTED_CAPABILITY"],
    [{ maxQueuedRuns: -1 }, "ERR_INVALID_OPTION"],
    [{ maxQueuedRuns: Number.NaN }, "ERR_INVALID_OPTION"],
    [{ queueTimeLimitMs: "1s" }, "ERR_INVALID_OPTION"],
    [{ queueTimeLimitMs: 0 }, "ERR_INVALID_OPTION"],
    [{ idleTimeMs: -1 }, "ERR_INVALID_OPTION"],
    [{ poolSize: 2 }, "ERR_UNKNOWN_OPTION"],
    [{ cells: "inline", isolation: "run" }, "ERR_UNSUPPORTED_CAPABILITY"],
    [{ cells: "worker", isolation: "run" }, "ERR_UNSUPPORTED_CAPABILITY"],
    [null, "ERR_INVALID_OPTION"],
    [[], "ERR_INVALID_OPTION"],
    ["process", "ERR_INVALID_OPTION"],
  ])("refuse %j with %s", (options, code) => {
    expect(() => resolveDriverOptions(options as object)).toThrow(expect.objectContaining({ code }));
  });
});
