import { spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { openDriver } from "./open-driver.ts";

/** Nothing but an abort or a disposal ends it. */
const endless = { cpuTimeLimitMs: Number.POSITIVE_INFINITY, wallTimeLimitMs: Number.POSITIVE_INFINITY };

function abortSoon(): { readonly signal: AbortSignal } {
  const controller = new AbortController();
  setTimeout(() => controller.abort("enough"), 300);
  return { signal: controller.signal };
}

const aborted = { outcome: { kind: "aborted", code: 130, reason: "enough" } };

describe("a worker cell", () => {
  test("is there before the first run, if it shall be, and not otherwise", async () => {
    await using opened = openDriver({ cells: "worker", warmUp: true, cellIdleTimeMs: 1 });
    await using cold = openDriver({ cells: "worker" });
    expect([opened, cold].map(({ driver }) => driver.status?.().cells)).toEqual([1, 0]);
    await expect.poll(() => opened.driver.status?.().cellsReady, { timeout: 10_000 }).toBe(1);
    await sleep(50);
    expect((await opened.exec("1")).outcome.kind).toBe("returned");
    expect(opened.driver.status?.()).toMatchObject({ cellsStarted: 1 });
  });

  test("lets the host's event loop go on while its guest spins", async () => {
    await using opened = openDriver({ cells: "worker", maxCells: 1 });
    await opened.exec("1");
    let turns = 0;
    const timer = setInterval(() => {
      turns += 1;
    }, 5);
    const report = await opened.exec("for (;;);", {}, { cpuTimeLimitMs: 500 });
    clearInterval(timer);
    expect(report.outcome.kind).toBe("cpu-time-limit");
    expect(turns).toBeGreaterThan(10);
  });

  test.each([
    ["spins", "for (;;);"],
    ["catches whatever it can", "for (;;) { try { require('fs').statSync('/x'); for (;;); } catch {} }"],
    ["calls the host all the time", "for (;;) { try { require('fs').statSync('/x'); } catch {} }"],
    ["prints without end", "for (;;) console.log('x')"],
  ])("ends a guest that %s when it is aborted, and that guest alone", async (_what, code) => {
    const permissions = { fs: () => true };
    await using opened = openDriver({ cells: "worker", maxCells: 2 }, { permissions });
    const other = opened.output("setTimeout(() => console.log('the other'), 1500)");
    expect(await opened.exec(code, abortSoon(), { ...endless, outputLimitBytes: 1e9 })).toEqual(aborted);
    expect(await other).toBe("the other\n");
    expect(await opened.output("console.log('the next')")).toBe("the next\n");
    expect(opened.diagnostics).toEqual([]);
  });

  test("ends a guest that waits for an answer which never comes", async () => {
    const never = new Promise<boolean>(() => undefined);
    const permissions = { fs: ({ path }: { readonly path: string }) => (path === "/x" ? never : true) };
    await using opened = openDriver({ cells: "worker", maxCells: 1 }, { permissions });
    expect(await opened.exec("require('fs').statSync('/x')", abortSoon(), endless)).toEqual(aborted);
    expect((await opened.exec("1")).outcome.kind).toBe("returned");
  });

  test("whose guest is in a function that does not listen: its run ends at its limit, and the next one gets a cell", async () => {
    await using opened = openDriver({ cells: "worker", maxCells: 1 });
    const code = "JSON.stringify(new Array(1 << 23).fill('aaaaaaaaaaaaaaaa'))";
    const { outcome } = await opened.exec(code, {}, { memoryLimit: 600, cpuTimeLimitMs: 50 });
    expect(outcome).toEqual({ kind: "cpu-time-limit", code: 124, limitMs: 50 });
    expect((await opened.exec("1")).outcome.kind).toBe("returned");
  });

  test("takes what a guest prints no faster than its listener does", async () => {
    await using opened = openDriver({ cells: "worker", maxCells: 1 });
    let heard = "";
    const report = await opened.exec("for (let i = 0; i < 500; i += 1) console.log(i);", {
      onStdio: async ({ message }) => {
        await sleep(1);
        heard += message;
      },
    });
    expect(report.outcome.kind).toBe("returned");
    expect(heard).toBe(Array.from({ length: 500 }, (_, index) => `${index}\n`).join(""));
  });

  test("gives every guest a fresh world", async () => {
    await using opened = openDriver({ cells: "worker", maxCells: 1 });
    await opened.exec("globalThis.left = 1; Array.prototype.left = 1; process.env.left = '1'");
    expect(await opened.output("console.log(typeof left, [].left, process.env.left)")).toBe(
      "undefined undefined undefined\n",
    );
  });

  test("works beside inline cells of the same thread", async () => {
    await using inline = openDriver({ cells: "inline" });
    await using worker = openDriver({ cells: "worker" });
    const code = "console.log(6 * 7)";
    expect(await Promise.all([inline.output(code), worker.output(code)])).toEqual(["42\n", "42\n"]);
  });

  test("is held by nothing but V8, and says so", async () => {
    await using opened = openDriver({ cells: "worker" });
    expect(await opened.driver.isolation?.()).toMatchObject({ sharedWith: "host", confined: false, inForce: [] });
    expect(opened.driver.status?.()).toMatchObject({ cellsStarted: 0 });
  });

  test("leaves no thread, port or timer when its driver is disposed of, at whatever moment", async () => {
    const resources = process.getActiveResourcesInfo();
    for (const waitMs of [0, 30, 60, 120, 180]) {
      const opened = openDriver({ cells: "worker", maxCells: 2 });
      const running = opened.exec("for (;;);", {}, endless).then(
        ({ outcome }) => outcome.kind,
        (error) => error.detail.reason,
      );
      await opened.exec("1");
      await sleep(waitMs);
      await opened[Symbol.asyncDispose]();
      await opened[Symbol.asyncDispose]();
      // A busy machine may not have let it begin by then.
      expect(await running).toMatch(/^(aborted|shutting-down)$/u);
      expect(opened.driver.status?.()).toMatchObject({ running: 0, cells: 0, cellsFailed: 0 });
      expect(opened.diagnostics).toEqual([]);
    }
    const added = (): readonly string[] => {
      const left = [...resources];
      return process.getActiveResourcesInfo().filter((name) => {
        const index = left.indexOf(name);
        if (index !== -1) left.splice(index, 1);
        return index === -1;
      });
    };
    // A last look at the memory of this process may be under way.
    await expect.poll(added).toEqual([]);
  });

  test("ends with its host, though its guest never comes back", async () => {
    const file = fileURLToPath(new URL("./leaving-host-program.ts", import.meta.url));
    const host = spawn(process.execPath, ["--conditions=@vivarium/source", file], { stdio: "inherit" });
    expect(await once(host, "exit")).toEqual([7, null]);
  });
});
