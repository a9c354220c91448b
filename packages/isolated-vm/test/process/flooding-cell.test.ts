import { setTimeout as sleep } from "node:timers/promises";
import type { CallAnswer } from "@vivarium/kernel";
import { describe, expect, test } from "vitest";
import type { HostService } from "../../src/process/host-service.ts";
import { SpawnedProcess } from "../../src/process/spawned-process.ts";
import { programWith, useHostileCells } from "./use-hostile-cells.ts";

const { diagnostics, makeCell, onDiagnostic, run } = useHostileCells();

describe("a compromised cell", () => {
  test("that floods the host with faults while it waits for a program is killed", async () => {
    const cell = makeCell("floods the host with faults while it waits");
    await cell.ready;
    await expect.poll(() => cell.dead, { timeout: 5000 }).toBe(true);
    expect(diagnostics.length).toBeLessThan(200);
  });

  test("that floods the host with calls is held back, and neither blocks it nor fills its memory", async () => {
    const before = process.memoryUsage.rss();
    const report = await run("floods the host with calls and takes no answer", { wallTimeLimitMs: 1500 });
    expect(report?.outcome.kind).toBe("wall-time-limit");
    expect(process.memoryUsage.rss() - before).toBeLessThan(400 * 1024 * 1024);
  });

  test("that floods it with synchronous calls is held back, too: no answer waits in the host for long", async () => {
    let served = 0;
    const quick: HostService = {
      serve: () => {
        served += 1;
        return { result: 0, payload: new Uint8Array(65_536) };
      },
    };
    const cell = makeCell("floods the host with synchronous calls and takes no answer");
    await cell.ready;
    const program = programWith({ wallTimeLimitMs: 1000 });
    const report = await cell.run({ onDiagnostic, program, service: quick, signal: undefined });
    expect(report?.outcome.kind).toBe("wall-time-limit");
    // 25 MiB of answers: what the system's buffers take, and a host that is not held back serves in a fraction of the time.
    expect(served).toBeLessThan(400);
  });

  test("that goes on so after its run was given up is held back for as long as other runs keep it", async () => {
    let answers = 0;
    class CountingProcess extends SpawnedProcess {
      override answer(answer: CallAnswer): void {
        answers += 1;
        super.answer(answer);
      }
    }
    const cell = makeCell("floods the host with synchronous calls and takes no answer", {
      isShared: true,
      launch: (command, events) => new CountingProcess(command, events),
    });
    await cell.ready;
    const never: HostService = { serve: () => new Promise(() => undefined) };
    const stop = new AbortController();
    const quick: HostService = {
      serve: () => {
        stop.abort();
        return { result: 0 };
      },
    };
    const given = cell.run({ onDiagnostic, program: programWith({}), service: quick, signal: stop.signal });
    const other = cell.run({ onDiagnostic, program: programWith({}), service: never, signal: undefined });
    expect((await given)?.outcome.kind).toBe("aborted");
    expect(cell.leaving).toBe(1);
    await sleep(500);
    expect(answers).toBeLessThan(50_000);
    const refused = expect(other).rejects.toMatchObject({ code: "ERR_DISPOSED" });
    await cell.dispose();
    await refused;
  });

  test("that asks for much is not heard while what it has asked for is under way, however long each call takes", async () => {
    const cell = makeCell("asks for much that the host has to wait for");
    await cell.ready;
    let served = 0;
    const patient: HostService = {
      serve: () => {
        served += 1;
        // As long as the host listens to one cell at a time.
        for (const end = performance.now() + 6; performance.now() < end; );
        return new Promise(() => undefined);
      },
    };
    const report = await cell.run({
      onDiagnostic,
      program: programWith({ wallTimeLimitMs: 1000 }),
      service: patient,
      signal: undefined,
    });
    expect(report?.outcome.kind).toBe("wall-time-limit");
    expect(served).toBe(4);
  });

  test("that asks outside with long words is heard until they are many, and not until its calls are", async () => {
    const cell = makeCell("asks with long words for much that the host has to wait for");
    await cell.ready;
    let served = 0;
    const service: HostService = {
      serve: () => {
        served += 1;
        return new Promise(() => undefined);
      },
    };
    const program = programWith({ wallTimeLimitMs: 1000 });
    const report = await cell.run({ onDiagnostic, program, service, signal: undefined });
    expect(report?.outcome.kind).toBe("wall-time-limit");
    expect(served).toBeGreaterThan(10);
    expect(served).toBeLessThan(100);
  });

  test("that prints what nobody takes is not heard any further", async () => {
    const cell = makeCell("prints more than anybody takes");
    await cell.ready;
    const heard: number[] = [];
    const silent: HostService = {
      serve: () => {
        heard.push(performance.now());
        return new Promise(() => undefined);
      },
    };
    const program = programWith({ wallTimeLimitMs: 1000 });
    const report = await cell.run({ onDiagnostic, program, service: silent, signal: undefined });
    expect(report?.outcome.kind).toBe("wall-time-limit");
    // What is left of it in the socket is heard when the cell has been killed.
    const whileItRan = heard.filter((time) => time - (heard[0] ?? Number.NaN) < 900);
    expect(whileItRan).toHaveLength(256);
    expect(heard.length).toBeLessThan(50_000);
  });
});
