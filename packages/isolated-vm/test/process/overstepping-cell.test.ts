import { describe, expect, test } from "vitest";
import { programWith, service, useHostileCells } from "./use-hostile-cells.ts";

const { makeCell, onDiagnostic, run } = useHostileCells();

describe("a compromised cell", () => {
  test("that makes more calls than its run may is killed, and the outcome is the limit's", async () => {
    const report = await run("floods the host with calls and takes no answer", { systemCallLimit: 50 });
    expect(report).toEqual({ outcome: { kind: "system-call-limit", code: 1, limitCalls: 50 } });
  });

  test("that makes long calls is no exception", async () => {
    const report = await run("makes long calls without end", { systemCallLimit: 50 });
    expect(report).toEqual({ outcome: { kind: "system-call-limit", code: 1, limitCalls: 50 } });
  });

  test("that makes calls faster than its run may is killed, and the outcome is the limit's", async () => {
    const report = await run("prints more than anybody takes", { systemCallRateLimit: 100 });
    expect(report).toEqual({ outcome: { kind: "system-call-rate-limit", code: 1, limitCallsPerSecond: 100 } });
  });

  test("that spins beyond its CPU limit is killed, and the outcome is the limit's", async () => {
    const report = await run("spins beyond its limits", { cpuTimeLimitMs: 100 });
    expect(report).toEqual({ outcome: { kind: "cpu-time-limit", code: 124, limitMs: 100 } });
  });

  test("that sleeps beyond its wall-clock limit is killed, and the outcome is the limit's", async () => {
    const report = await run("sleeps beyond its limits", { wallTimeLimitMs: 100 });
    expect(report).toEqual({ outcome: { kind: "wall-time-limit", code: 124, limitMs: 100 } });
  });

  test("that does not heed an abort is killed, and the outcome is aborted", async () => {
    const cell = makeCell("spins beyond its limits");
    await cell.ready;
    const stop = new AbortController();
    const onStarted = (): void => stop.abort("enough");
    const program = programWith({});
    const report = await cell.run({ onDiagnostic, program, service, signal: stop.signal, onStarted });
    expect(report?.outcome).toMatchObject({ kind: "aborted", code: 130, reason: "enough" });
  });

  test("that has not begun is taken back by an abort at once, and nothing comes of it", async () => {
    const cell = makeCell("is there, and does nothing");
    await cell.ready;
    const stop = new AbortController();
    const onStarted = (): void => expect.unreachable();
    const running = cell.run({ onDiagnostic, program: programWith({}), service, signal: stop.signal, onStarted });
    stop.abort("enough");
    await expect(running).rejects.toBe("enough");
    expect(cell.isReusable).toBe(false);
  });
});
