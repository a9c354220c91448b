import { readFileSync, readlinkSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, describe, expect, test } from "vitest";
import { type OpenDriver, openDriver } from "./open-driver.ts";

/** Ids of this process's children. */
function children(): number[] {
  const list = readFileSync(`/proc/${process.pid}/task/${process.pid}/children`, "latin1");
  return list.split(" ").filter(Boolean).map(Number);
}

/** What is in `after` beyond what was in `before`. */
function added(before: readonly string[], after: readonly string[]): string[] {
  const left = [...before];
  return after.filter((name) => {
    const index = left.indexOf(name);
    if (index !== -1) left.splice(index, 1);
    return index === -1;
  });
}

/** What the operating system tells of a process, as NUL-separated text. */
const procFile = (pid: number, name: string): string => readFileSync(`/proc/${pid}/${name}`, "latin1");

/** Starts a program that runs until its driver is disposed of; answers the cell's process id. */
async function startForever(opened: OpenDriver): Promise<{ readonly pid: number; readonly running: Promise<unknown> }> {
  const before = new Set(children());
  const started = Promise.withResolvers<void>();
  const running = opened.exec("console.log('here'); setInterval(() => {}, 1000)", { onStdio: () => started.resolve() });
  await started.promise;
  const pid = children().find((child) => !before.has(child));
  if (pid === undefined) throw new Error("No cell has started");
  return { pid, running };
}

describe("a process cell", () => {
  test("has no environment, no working directory and no arguments of the host's", async () => {
    await using opened = openDriver({ cells: "process" });
    const { pid } = await startForever(opened);
    expect(procFile(pid, "environ")).toBe("");
    expect(procFile(pid, "cmdline")).not.toContain("--inspect");
    expect(readlinkSync(`/proc/${pid}/cwd`)).toBe("/");
  });

  test("that is killed from outside fails its own run alone; the next run gets another cell", async () => {
    await using opened = openDriver({ cells: "process", maxCells: 2 });
    const { pid, running } = await startForever(opened);
    const other = opened.exec("setTimeout(() => {}, 300)");
    process.kill(pid, "SIGKILL");
    expect(await running).toEqual({
      outcome: { kind: "crashed", code: 1, errorMessage: "The cell failed: it ended with signal SIGKILL" },
    });
    expect((await other).outcome.kind).toBe("returned");
    expect((await opened.exec("1")).outcome.kind).toBe("returned");
    expect(opened.diagnostics).toMatchObject([{ code: "ERR_CELL_FAILED" }]);
  });

  test("that V8 ends for lack of memory fails its own run alone, as out of memory", async () => {
    await using opened = openDriver({ cells: "process", maxCells: 1 });
    const report = await opened.exec("const all = new Map(); for (let index = 0; ; index += 1) all.set(index, {});");
    expect(report).toEqual({ outcome: { kind: "out-of-memory", code: 1, limitMiB: 64 } });
    expect((await opened.exec("1")).outcome.kind).toBe("returned");
    expect(opened.diagnostics).toEqual([]);
  });

  test.runIf(process.platform === "linux").each([
    ["WebAssembly memories", "new Uint8Array(new WebAssembly.Memory({ initial: 1000 }).buffer).fill(1)"],
    [
      "resizable buffers",
      "((b) => (b.resize(1e8), new Uint8Array(b).fill(1)))(new ArrayBuffer(1, { maxByteLength: 1e8 }))",
    ],
    [
      "page tables",
      "((m) => { for (let at = 0; at < m.length; at += 2 ** 21) m[at]; return m; })(new Uint8Array(new WebAssembly.Memory({ initial: 65_536 }).buffer))",
    ],
  ])("that fills %s, which V8 does not count as heap, ends at the limit of its process", async (_what, bomb) => {
    await using opened = openDriver({ cells: "process", maxCells: 1 });
    const report = await opened.exec(`const all = []; for (;;) all.push(${bomb});`, {}, { processOverheadLimit: 100 });
    expect(report).toEqual({ outcome: { kind: "process-memory-limit", code: 1, limitMiB: 164 } });
    expect((await opened.exec("1")).outcome.kind).toBe("returned");
  });

  test("that is killed while it waits is replaced without anybody noticing", async () => {
    await using opened = openDriver({ cells: "process", maxCells: 1 });
    const before = new Set(children());
    await opened.exec("1");
    for (const pid of children()) if (!before.has(pid)) process.kill(pid, "SIGKILL");
    expect((await opened.exec("1")).outcome.kind).toBe("returned");
  });

  test("is used again, for one guest at a time, until there are copies of a zygote", async () => {
    await using opened = openDriver({ cells: "process", maxCells: 2 });
    const before = new Set(children());
    const made = (): number => children().filter((pid) => !before.has(pid)).length;
    const counts: number[] = [];
    const runs = Array.from({ length: 6 }, () =>
      opened.exec("setTimeout(() => {}, 50)").finally(() => counts.push(made())),
    );
    const reports = await Promise.all(runs);
    expect(reports.every(({ outcome }) => outcome.kind === "returned")).toBe(true);
    // Two cells, and the zygote beside them.
    expect(Math.max(...counts)).toBeLessThanOrEqual(3);
  });

  test("gives every guest a fresh world", async () => {
    await using opened = openDriver({ cells: "process", maxCells: 1 });
    await opened.exec("globalThis.left = 1; Array.prototype.left = 1; process.env.left = '1'");
    expect(await opened.output("console.log(typeof left, [].left, process.env.left)")).toBe(
      "undefined undefined undefined\n",
    );
  });

  test("serves runs in the order in which they came", async () => {
    await using opened = openDriver({ cells: "process", maxCells: 1 });
    const order: number[] = [];
    await Promise.all(Array.from({ length: 5 }, (_, index) => opened.exec("1").then(() => order.push(index))));
    expect(order).toEqual([0, 1, 2, 3, 4]);
  });

  test("leaves no process, timer or handle when its driver is disposed of", async () => {
    const before = { children: children(), resources: process.getActiveResourcesInfo() };
    const opened = openDriver({ cells: "process", maxCells: 2 });
    const { running } = await startForever(opened);
    await opened.exec("1");
    const begun = Promise.withResolvers<void>();
    const other = opened.exec("console.log('here'); setInterval(() => {}, 1000)", { onStdio: () => begun.resolve() });
    await begun.promise;
    const waiting = Promise.allSettled([opened.exec("1")]);
    await sleep(50);
    await opened[Symbol.asyncDispose]();
    await opened[Symbol.asyncDispose]();
    for (const report of await Promise.all([running, other])) {
      expect(report).toMatchObject({ outcome: { kind: "aborted", code: 130 } });
    }
    expect(await waiting).toMatchObject([{ status: "rejected", reason: { code: "ERR_RUN_NOT_STARTED" } }]);
    expect(children()).toEqual(before.children);
    expect(added(before.resources, process.getActiveResourcesInfo())).toEqual([]);
    await expect(opened.exec("1")).rejects.toMatchObject({ code: "ERR_DISPOSED" });
  });
});

describe("output of a guest", () => {
  const opened = openDriver({ cells: "process" });
  afterAll(() => opened[Symbol.asyncDispose]());

  test("waits for a slow listener, and keeps its order", async () => {
    const seen: string[] = [];
    let concurrent = 0;
    const report = await opened.exec("for (let index = 0; index < 20; index += 1) console.log(index);", {
      onStdio: async ({ message }) => {
        concurrent += 1;
        expect(concurrent).toBe(1);
        await sleep(2);
        seen.push(message);
        concurrent -= 1;
      },
    });
    expect(report.outcome.kind).toBe("returned");
    expect(seen.join("")).toBe(Array.from({ length: 20 }, (_, index) => `${index}\n`).join(""));
  });

  test("holds a guest whose listener never answers until its deadline, and no longer", async () => {
    const report = await opened.exec(
      "console.log('x'); console.log('y')",
      { onStdio: () => new Promise(() => {}) },
      { wallTimeLimitMs: 300 },
    );
    expect(report.outcome.kind).toBe("wall-time-limit");
  });

  test("beyond its limit ends the guest", async () => {
    const report = await opened.exec("for (;;) console.log('x'.repeat(1000))", {}, { outputLimitBytes: 10_000 });
    expect(report).toEqual({ outcome: { kind: "output-limit", code: 1, limitBytes: 10_000 } });
  });
});
