import { existsSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { createNodeRuntimeDriverFactory } from "../../src/index.ts";
import { childrenOf } from "./children-of.ts";
import { type OpenDriver, openDriver, openDriverOf } from "./open-driver.ts";
import { useFactory } from "./shared-factory.ts";

interface Zygote {
  readonly pid: number;
  /** Its copies. */
  cells(): number[];
}

/** Whether a process has ended, or has been told to: bit 8 of the signals that wait for it is SIGKILL's. */
function isEnding(pid: number): boolean {
  try {
    const status = readFileSync(`/proc/${pid}/status`, "latin1");
    const pending = /^ShdPnd:\s*([0-9a-f]+)$/m.exec(status)?.[1] ?? "0";
    return /^State:\s*[ZX]/m.test(status) || (BigInt(`0x${pending}`) & 0x100n) !== 0n;
  } catch {
    return true;
  }
}

/** Those of them that live on. */
const livingChildrenOf = (pid: number): number[] => childrenOf(pid).filter((child) => !isEnding(child));

/** The one that there is, once it has copies. */
function zygote(): Zygote | undefined {
  const pid = childrenOf(process.pid).find((child) => livingChildrenOf(child).length > 0);
  return pid === undefined ? undefined : { pid, cells: () => livingChildrenOf(pid) };
}

/** Runs a program, and waits until further ones get copies of a zygote. */
async function warm(opened: OpenDriver): Promise<Zygote> {
  await opened.exec("1");
  for (let attempt = 0; attempt < 600; attempt += 1) {
    const found = zygote();
    if (found !== undefined) return found;
    await sleep(50);
  }
  throw new Error("No zygote has forked");
}

/** Runs programs until they get copies. */
async function untilCopied(opened: OpenDriver): Promise<void> {
  for (let attempt = 0; attempt < 600; attempt += 1) {
    await opened.exec("1");
    if (zygote() !== undefined) return;
    await sleep(50);
  }
  throw new Error("No zygote has forked");
}

/** Runs a program where there is one cell at most; answers that cell and what the program printed. */
async function cellOf(opened: OpenDriver, code: string): Promise<[cell: number, printed: string]> {
  let cells: number[] = [];
  let printed = "";
  const onStdio = ({ message }: { readonly message: string }): void => {
    printed += message;
    // One that has served its last run may still be there.
    cells = childrenOf(process.pid).flatMap(livingChildrenOf);
  };
  const report = await opened.exec(`${code}\nconsole.log("")`, { onStdio });
  expect(report.outcome.kind).toBe("returned");
  const [cell] = cells;
  if (cell === undefined || cells.length > 1) throw new Error(`One cell was expected, not ${cells.length}`);
  return [cell, printed.slice(0, -1)];
}

/** 0 when it is gone. */
function residentMiB(pid: number): number {
  try {
    return Number(/^VmRSS:\s*(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "latin1"))?.[1]) / 1024;
  } catch {
    return 0;
  }
}

/** How often a process has touched memory that was fresh. */
function pagesMade(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
  return Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[7]);
}

/** Starts a program that runs for ever; answers its cell. */
async function startForever(opened: OpenDriver, zygote: Zygote): Promise<{ cell: number; running: Promise<unknown> }> {
  const waiting = zygote.cells();
  const started = Promise.withResolvers<void>();
  const code = "console.log('here'); setInterval(() => {}, 1000)";
  const running = opened.exec(code, { onStdio: () => started.resolve() });
  await started.promise;
  const [cell] = waiting;
  if (cell === undefined) throw new Error("No cell has waited");
  return { cell, running };
}

describe.runIf(process.platform === "linux")("a cell that is a copy of a zygote", () => {
  describe("and the only one, at any time", () => {
    const open = useFactory({ cells: "process", maxCells: 1, waitingCells: 0 });

    test("serves a few runs, each with a guest that no program has seen, and ends", async () => {
      await using opened = open();
      await untilCopied(opened);
      const leave = "Object.prototype.left = 1; globalThis.left = 1; process.left = 1; console.log('ran')";
      const look = "console.log(typeof left, typeof process.left, typeof {}.left)";
      const served = new Map<number, number>();
      for (let run = 0; run < 12; run += 1) {
        const code = run % 2 === 0 ? leave : look;
        const [cell, printed] = await cellOf(opened, code);
        expect(printed).toBe(run % 2 === 0 ? "ran\n" : "undefined undefined undefined\n");
        served.set(cell, (served.get(cell) ?? 0) + 1);
      }
      const counts = [...served.values()];
      expect(Math.max(...counts)).toBeGreaterThan(1);
      expect(Math.max(...counts)).toBeLessThan(12);
      for (const cell of [...served.keys()].slice(0, -1)) expect(existsSync(`/proc/${cell}`)).toBe(false);
      expect(opened.diagnostics).toEqual([]);
    });

    test("gives back what large guests have held, before it serves the next", async () => {
      await using opened = open();
      await untilCopied(opened);
      const sizes = new Map<number, number[]>();
      for (let run = 0; run < 12; run += 1) {
        const [cell] = await cellOf(opened, "globalThis.held = Buffer.alloc(48 * 1024 * 1024, 1)");
        const size = residentMiB(cell);
        if (size > 0) sizes.set(cell, [...(sizes.get(cell) ?? []), size]);
      }
      const busiest = [...sizes.values()].sort((one, other) => other.length - one.length)[0] ?? [];
      expect(busiest.length).toBeGreaterThan(2);
      // Three of them at once would be 96 MiB more.
      expect((busiest.at(-1) ?? Number.NaN) - (busiest[0] ?? Number.NaN)).toBeLessThan(48);
    });

    test("gives back what long text has taken, before it serves the next", async () => {
      await using opened = open();
      await untilCopied(opened);
      const text = "const text = Buffer.alloc(4 * 1024 * 1024, 65).toString('latin1')";
      const grown: number[] = [];
      for (let round = 0; round < 8 && grown.length < 2; round += 1) {
        const [first] = await cellOf(opened, "1");
        const before = residentMiB(first);
        const [second] = await cellOf(opened, `for (let round = 0; round < 24; round += 1) { ${text} }`);
        const [third] = await cellOf(opened, "1");
        const after = residentMiB(third);
        if (first === second && second === third && before > 0 && after > 0) grown.push(after - before);
      }
      expect(grown.length).toBeGreaterThan(0);
      expect(Math.max(...grown)).toBeLessThan(24);
    });

    test("makes buffers of memory that earlier ones have left", async () => {
      await using opened = open();
      await untilCopied(opened);
      const made: number[] = [];
      const onStdio = (): void => {
        made.push(...childrenOf(process.pid).flatMap(livingChildrenOf).map(pagesMade));
      };
      const code = `const { setTimeout: sleep } = require("node:timers/promises");
      const make = (count) => { for (let made = 0; made < count; made += 1) Buffer.alloc(65536, 1); };
      (async () => {
        make(3000);
        console.log();
        await sleep(200);
        make(3000);
        console.log();
        await sleep(200);
      })();`;
      await opened.exec(code, { onStdio });
      const [first = Number.NaN, second = Number.NaN] = made;
      expect(made).toHaveLength(2);
      // Of fresh memory they would be 48,000.
      expect(second - first).toBeLessThan(4000);
    });

    test.each([
      ["ran out of time", "for (;;);", { cpuTimeLimitMs: 100 }, "cpu-time-limit"],
      ["ran out of memory", "const all = []; for (;;) all.push(new Array(1000).fill(1))", {}, "out-of-memory"],
      ["wrote too much", "for (;;) console.log('text')", { outputLimitBytes: 1000 }, "output-limit"],
    ])("serves no other run after a guest that %s", async (_, code, limits, kind) => {
      await using opened = open();
      await untilCopied(opened);
      const [first] = await cellOf(opened, "1");
      expect((await opened.exec(code, {}, limits)).outcome.kind).toBe(kind);
      await expect.poll(() => existsSync(`/proc/${first}`), { timeout: 5000 }).toBe(false);
      expect((await opened.exec("1")).outcome.kind).toBe("returned");
    });
  });

  describe("and waits for its run", () => {
    const open = useFactory({ cells: "process", maxCells: 1, waitingCells: 1 });

    test("has random numbers of its own, in every context", async () => {
      await using opened = open();
      await warm(opened);
      const code = `const { runInNewContext } = require("node:vm");
      const { randomUUID } = require("node:crypto");
      console.log(Math.random(), runInNewContext("Math.random()"), runInNewContext("Math.random()"), randomUUID())`;
      const numbers: string[] = [];
      for (let run = 0; run < 4; run += 1) numbers.push(...(await opened.output(code)).trim().split(" "));
      expect(new Set(numbers).size).toBe(16);
    });

    test("collects what long text leaves, as it comes", async () => {
      await using opened = open();
      await warm(opened);
      const code = `const bytes = Buffer.alloc(4 * 1024 * 1024, 65);
      let most = 0;
      for (let round = 0; round < 150; round += 1) {
        bytes.toString("latin1");
        most = Math.max(most, process.memoryUsage().external);
      }
      console.log(most / 1024 / 1024)`;
      expect(Number(await opened.output(code, {}, { memoryLimit: 1024 }))).toBeLessThan(160);
    });

    test("collects young buffers before there are many", async () => {
      await using opened = open();
      await warm(opened);
      const code = `let most = 0;
      for (let round = 0; round < 3000; round += 1) {
        new Uint8Array(65536);
        most = Math.max(most, process.memoryUsage().arrayBuffers);
      }
      console.log(most / 1024 / 1024)`;
      expect(Number(await opened.output(code, {}, { memoryLimit: 1024 }))).toBeLessThan(48);
    });

    test("keeps every limit", async () => {
      await using opened = open();
      await warm(opened);
      const kind = async (code: string, limits: object): Promise<string> =>
        (await opened.exec(code, {}, limits)).outcome.kind;
      expect(await kind("for (;;);", { cpuTimeLimitMs: 200 })).toBe("cpu-time-limit");
      expect(await kind("setInterval(() => {}, 10)", { wallTimeLimitMs: 200 })).toBe("wall-time-limit");
      expect(await kind("const all = []; for (;;) all.push(new Array(1000).fill(1))", {})).toBe("out-of-memory");
      const bomb = "const all = new Map(); for (let index = 0; ; index += 1) all.set(index, {})";
      expect(await kind(bomb, {})).toBe("out-of-memory");
      expect(await kind("1", { memoryLimit: 48 })).toBe("returned");
      expect(opened.diagnostics).toEqual([]);
    });

    test("ends at once when the run is aborted", async () => {
      await using opened = open();
      await warm(opened);
      const report = await opened.exec("for (;;);", { signal: AbortSignal.timeout(200) });
      expect(report.outcome.kind).toBe("aborted");
    });

    test("that is killed while it waits is replaced without anybody noticing", async () => {
      await using opened = open();
      const zygote = await warm(opened);
      for (const cell of zygote.cells()) process.kill(cell, "SIGKILL");
      expect((await opened.exec("1")).outcome.kind).toBe("returned");
    });

    test("ends with its zygote; the next run has another cell", async () => {
      await using opened = open();
      const zygote = await warm(opened);
      const { running } = await startForever(opened, zygote);
      process.kill(zygote.pid, "SIGKILL");
      expect(await running).toMatchObject({ outcome: { kind: "crashed" } });
      expect((await opened.exec("1")).outcome.kind).toBe("returned");
      expect(opened.diagnostics.map(({ code }) => code)).toContain("ERR_CELL_FAILED");
    });
  });

  test("is there before a run needs it, and ends with it where each run is to have one", async () => {
    await using opened = openDriver({ cells: "process", isolation: "run", maxCells: 1, waitingCells: 1 });
    const zygote = await warm(opened);
    const [first] = zygote.cells();
    expect(await opened.output("globalThis.left = 1; console.log('ran')")).toBe("ran\n");
    expect(await opened.output("console.log(typeof left)")).toBe("undefined\n");
    await expect.poll(() => zygote.cells(), { timeout: 5000 }).not.toContain(first);
    expect(opened.diagnostics).toEqual([]);
  });

  test("that is killed fails its own run alone", async () => {
    await using opened = openDriver({ cells: "process", maxCells: 2, waitingCells: 1 });
    const zygote = await warm(opened);
    const { cell, running } = await startForever(opened, zygote);
    const other = opened.exec("setTimeout(() => {}, 200)");
    process.kill(cell, "SIGKILL");
    expect(await running).toEqual({
      outcome: { kind: "crashed", code: 1, errorMessage: "The cell failed: it ended with signal SIGKILL" },
    });
    expect((await other).outcome.kind).toBe("returned");
  });

  test("can be had by every driver of a factory, and by one that comes soon after the last", async () => {
    const factory = createNodeRuntimeDriverFactory({ maxCells: 1, waitingCells: 1, idleTimeMs: 60_000 });
    const first = openDriverOf(factory);
    const zygote = await warm(first);
    const spawned = childrenOf(process.pid);
    for (let later = 0; later < 2; later += 1) {
      await using next = openDriverOf(factory);
      expect(await next.output("console.log('ran')")).toBe("ran\n");
      expect(childrenOf(process.pid).filter((child) => !spawned.includes(child))).toEqual([]);
      await first[Symbol.asyncDispose]();
    }
    expect(existsSync(`/proc/${zygote.pid}`)).toBe(true);
    process.kill(zygote.pid, "SIGKILL");
    await expect.poll(() => existsSync(`/proc/${zygote.pid}`), { timeout: 5000 }).toBe(false);
  });

  test("is gone with the driver, and so is the zygote", async () => {
    const before = childrenOf(process.pid);
    const opened = openDriver({ cells: "process", maxCells: 2, waitingCells: 2 });
    const zygote = await warm(opened);
    const cells = zygote.cells();
    await opened[Symbol.asyncDispose]();
    expect(childrenOf(process.pid)).toEqual(before);
    await expect.poll(() => cells.filter((cell) => existsSync(`/proc/${cell}`)), { timeout: 5000 }).toEqual([]);
  });
});
