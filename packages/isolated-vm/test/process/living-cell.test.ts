import type { InvocationReport, LoadedGuest } from "@vivarium/core";
import { describe, expect, test } from "vitest";
import { programWith, service, useHostileCells } from "./use-hostile-cells.ts";

const { makeCell, onDiagnostic, diagnostics, run } = useHostileCells();

/** Calls once what a cell says that it has loaded. */
async function callOf(
  behaviour: string,
  cpuTimeLimitMs = 60_000,
): Promise<readonly [InvocationReport, string | undefined]> {
  const cell = makeCell(behaviour);
  await cell.ready;
  const { promise: loaded, resolve: onLoaded } = Promise.withResolvers<LoadedGuest>();
  const program = { ...programWith({ resultLimitBytes: 1_000_000 }), mode: "load" as const };
  const running = cell.run({ onDiagnostic, program, service, signal: undefined, onLoaded });
  const guest = await loaded;
  const { signal } = new AbortController();
  const report = await guest.invoke({ target: { kind: "export", name: "one" }, args: [], cpuTimeLimitMs, signal });
  await cell.dispose();
  return [report, (await running)?.outcome.kind];
}

const broken = { outcome: { kind: "crashed", code: 1, errorMessage: expect.stringContaining("rules") } };

describe("a compromised cell", () => {
  test.each([
    "says that it is loaded, though nobody asked",
    "is loaded before it has started",
    "says of a call that it is over, and has taken none",
  ])("that %s is killed", async (behaviour) => {
    expect(await run(behaviour)).toMatchObject(broken);
    expect(diagnostics).toMatchObject([{ code: "ERR_CELL_FAILED" }]);
  });

  test.each(["is loaded twice", "answers a call with more than it may"])(
    "that %s is killed, and the call that it has ends with it",
    async (behaviour) => {
      expect(await callOf(behaviour)).toEqual([{ kind: "ended" }, "crashed"]);
    },
  );

  test("that answers calls which nobody made answers none of ours but its own, once", async () => {
    const [report] = await callOf("answers calls that nobody made, and its own with what is no value");
    expect(report).toEqual({ kind: "returned", value: new Uint8Array(Buffer.from("no value")) });
  });

  test("that spins instead of doing what it was called for is killed when it has used twice its CPU time", async () => {
    expect(await callOf("is loaded and spins", 100)).toEqual([{ kind: "ended" }, "cpu-time-limit"]);
  });
});
