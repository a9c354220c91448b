import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { allowPaths, type Diagnostic, type ExecutionReport, type Limits } from "@vivarium/core";
import { type CallAnswer, HostCalls } from "@vivarium/kernel";
import { createInMemoryFileSystem, type InMemoryFileSystem } from "@vivarium/memfs";
import { afterEach, describe, expect, test } from "vitest";
import type { CellProgram } from "../../src/channel/host-message.ts";
import { Cell } from "../../src/process/cell.ts";
import type { CellCommand } from "../../src/process/cell-command.ts";
import type { CellProcess, CellProcessEvents } from "../../src/process/cell-process.ts";
import type { HostService } from "../../src/process/host-service.ts";
import { SpawnedProcess } from "../../src/process/spawned-process.ts";
import { StartFaults } from "../../src/process/start-faults.ts";
import { FileAccess } from "../../src/replica/file-access.ts";
import { aProgram, limits } from "./a-program.ts";

const cells: Cell[] = [];
const diagnostics: Diagnostic[] = [];
const onDiagnostic = (diagnostic: Diagnostic): void => void diagnostics.push(diagnostic);

/** Answers everything with as much as a window holds, later. */
const service: HostService = {
  serve: () => sleep(1, { result: 0, payload: new Uint8Array(65_536) }),
};

const spawn = (command: CellCommand, events: CellProcessEvents): CellProcess => new SpawnedProcess(command, events);

interface CellManner {
  readonly isShared?: boolean;
  readonly launch?: (command: CellCommand, events: CellProcessEvents) => CellProcess;
}

function makeCell(behaviour: string, { isShared = false, launch = spawn }: CellManner = {}): Cell {
  const stub = fileURLToPath(new URL("./hostile-cell.ts", import.meta.url));
  const command = { execPath: process.execPath, args: ["--conditions=@vivarium/source", stub, behaviour] };
  const cell = new Cell({
    launch: (events) => launch(command, events),
    isCopy: false,
    isShared,
    runs: Number.POSITIVE_INFINITY,
    memoryLimit: 64,
    onDiagnostic,
    startFaults: new StartFaults(onDiagnostic),
    onConfined: () => undefined,
    onDeath: () => undefined,
  });
  cells.push(cell);
  return cell;
}

function programWith(own: Partial<Limits>): CellProgram {
  return { ...aProgram, limits: { ...limits, ...own } };
}

async function run(behaviour: string, own: Partial<Limits> = {}): Promise<ExecutionReport | undefined> {
  const cell = makeCell(behaviour);
  await cell.ready;
  return await cell.run({ onDiagnostic, program: programWith(own), service, signal: undefined });
}

/** Runs it as a cell to which a filesystem has been lent, of which it may write `/allowed`. */
async function runWithFiles(behaviour: string): Promise<[ExecutionReport | undefined, InMemoryFileSystem]> {
  const filesystem = createInMemoryFileSystem();
  for (const path of ["/allowed", "/denied"]) filesystem.mkdir(path);
  const permissions = { fs: allowPaths({ read: ["/**"], write: ["/allowed/**"] }) };
  const systemDriver = { filesystem, permissions, processConfig: {}, osConfig: {} };
  const execution = { argv: [], cwd: "/", env: {}, filePath: "/entry.js", limits, stdin: "" };
  const hostCalls = new HostCalls({ systemDriver, execution, onDiagnostic: () => undefined });
  const files = new FileAccess(hostCalls, systemDriver);
  const lent = files.lendTo({ hasReplicas: true, replica: undefined, withdrawReplica: () => undefined });
  expect(lent.kind).toBe("load");
  const cell = makeCell(behaviour);
  await cell.ready;
  const report = await cell.run({ onDiagnostic, program: programWith({}), service: files, files, signal: undefined });
  files.dispose();
  await hostCalls.dispose();
  return [report, filesystem];
}

afterEach(async () => {
  await Promise.all(cells.splice(0).map((cell) => cell.dispose()));
  diagnostics.length = 0;
});

describe("a cell that cannot start", () => {
  test.each([
    ["speaks nonsense", "it broke the rules of its channel"],
    ["speaks another version", "it broke the rules of its channel"],
    ["exits before it is ready", "it ended with exit code 7"],
  ])("%s: whoever waits for it hears ERR_CELL_FAILED", async (behaviour, problem) => {
    await expect(makeCell(behaviour).ready).rejects.toMatchObject({
      code: "ERR_CELL_FAILED",
      message: `Cannot run a cell: ${problem}`,
    });
  });

  test("has no executable: whoever waits for it hears ERR_CELL_FAILED", async () => {
    const cell = new Cell({
      launch: (events) => new SpawnedProcess({ execPath: "/nowhere/node", args: [] }, events),
      isCopy: false,
      runs: Number.POSITIVE_INFINITY,
      memoryLimit: 64,
      onDiagnostic,
      startFaults: new StartFaults(onDiagnostic),
      onConfined: () => undefined,
      onDeath: () => undefined,
    });
    await expect(cell.ready).rejects.toMatchObject({ code: "ERR_CELL_FAILED" });
    await cell.dispose();
  });
});

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

  test("tells when its guest is entered, from when the time of a run counts: not before it is", async () => {
    const told: string[] = [];
    const runIn = async (behaviour: string): Promise<void> => {
      const cell = makeCell(behaviour);
      await cell.ready;
      await cell.run({
        onDiagnostic,
        program: programWith({}),
        service,
        signal: undefined,
        onStarted: () => told.push(behaviour),
      });
    };
    await runIn("dies before it has started");
    await runIn("finishes twice");
    expect(told).toEqual(["finishes twice"]);
  });

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
    expect(served).toBeLessThan(200);
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

  test.each([
    ["has the host repeat a write that is denied", "fs.writeFile", "EACCES"],
    ["has the host repeat a write to what is not there", "fs.writeFile", "ENOENT"],
    ["says of a file that it has another number", "fs.open", "another descriptor"],
  ])("that %s is ended, and the embedder hears of it", async (behaviour, call, problem) => {
    const [report, filesystem] = await runWithFiles(behaviour);
    expect(report?.outcome).toMatchObject({
      kind: "crashed",
      errorMessage: "The program's files were changed by somebody else while it changed them",
    });
    expect(diagnostics.at(-1)).toMatchObject({ code: "ERR_FILE_SYSTEM_CONFLICT" });
    expect(diagnostics.at(-1)?.message).toContain(call);
    expect(diagnostics.at(-1)?.message).toContain(problem);
    expect(filesystem.readDir("/denied")).toEqual([]);
    expect(filesystem.exists("/allowed/none")).toBe(false);
  });

  test.each(["has the host repeat what is no change", "has the host repeat what it has given up"])(
    "that %s is killed, and nothing has happened",
    async (behaviour) => {
      const [report, filesystem] = await runWithFiles(behaviour);
      expect(report?.outcome).toMatchObject({
        kind: "crashed",
        errorMessage: expect.stringContaining("broke the rules"),
      });
      expect(filesystem.readDir("/allowed")).toEqual([]);
    },
  );

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

describe("a cell that dies", () => {
  test("in the middle of a frame: the run is a crash with the exit code", async () => {
    const report = await run("dies in the middle of a frame");
    expect(report?.outcome).toMatchObject({
      kind: "crashed",
      errorMessage: "The cell failed: it ended with exit code 3",
    });
  });

  test("of a signal: the run is a crash that names it", async () => {
    const report = await run("is killed by somebody");
    expect(report?.outcome).toMatchObject({
      kind: "crashed",
      errorMessage: "The cell failed: it ended with signal SIGSEGV",
    });
  });

  test("because V8 has no memory left: the run is out of memory", async () => {
    const report = await run("runs out of memory in V8");
    expect(report).toEqual({ outcome: { kind: "out-of-memory", code: 1, limitMiB: 64 } });
  });

  test("before its guest was entered: the run can be had elsewhere", async () => {
    expect(await run("dies before it has started")).toBeUndefined();
  });

  test("by dispose: its run ends aborted, and dispose can be called again", async () => {
    const cell = makeCell("sleeps beyond its limits");
    await cell.ready;
    const { promise: started, resolve: onStarted } = Promise.withResolvers<void>();
    const running = cell.run({ onDiagnostic, program: programWith({}), service, signal: undefined, onStarted });
    await started;
    await cell.dispose();
    await cell.dispose();
    expect(await running).toMatchObject({ outcome: { kind: "aborted", code: 130 } });
  });
});
