import { describe, expect, test } from "vitest";
import { useHostileCells } from "./use-hostile-cells.ts";

const { cells, diagnostics, run } = useHostileCells();

describe("a compromised cell", () => {
  test.each([
    "announces a frame of four gigabytes",
    "sends an unknown kind of message",
    "calls before it has started",
    "prints before it has started",
    "prints to what is no stream",
    "has the host repeat a write without a replica",
    "gives up what it has not",
    "makes a synchronous call within another",
    "speaks of a run that it does not have",
    "floods the host with faults",
    "gives exports that are larger than the limit",
  ])("that %s is killed, and its run is a crash", async (behaviour) => {
    const report = await run(behaviour);
    expect(report).toEqual({
      outcome: { kind: "crashed", code: 1, errorMessage: "The cell failed: it broke the rules of its channel" },
    });
    expect(diagnostics.at(-1)).toMatchObject({ code: "ERR_CELL_FAILED" });
    expect(diagnostics.length).toBeLessThan(200);
  });

  test("that finishes twice gives one result and is killed", async () => {
    const report = await run("finishes twice");
    expect(report).toEqual({ outcome: { kind: "returned", code: 0 } });
    await expect.poll(() => cells[0]?.dead).toBe(true);
  });
});
