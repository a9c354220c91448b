import { availableParallelism } from "node:os";
import { describe, expect, test } from "vitest";
import { resolveDriverOptions } from "../src/driver-options.ts";

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
      maxQueuedRuns: 1000,
      queueTimeLimitMs: Number.POSITIVE_INFINITY,
      idleTimeMs: 5000,
    });
  });

  test.each(["process", "worker", "inline"] as const)("take %s cells", (cells) => {
    expect(resolveDriverOptions({ cells }).cells).toBe(cells);
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
    [{ guestsPerCell: 0 }, "ERR_INVALID_OPTION"],
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
