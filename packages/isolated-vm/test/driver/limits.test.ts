import { afterAll, describe, expect, test } from "vitest";
import { sampledKinds } from "./cell-kinds.ts";
import { openDriver } from "./open-driver.ts";

describe.each(sampledKinds)("a guest in a cell of kind %s", (cells) => {
  const opened = openDriver({ cells });
  afterAll(() => opened[Symbol.asyncDispose]());

  test.each([
    ["spins", "for (;;);"],
    ["spins within try and catch", "for (;;) { try { for (;;); } catch {} }"],
    ["never lets its microtasks end", "(function again() { Promise.resolve().then(again); })()"],
    ["never lets its ticks end", "(function again() { process.nextTick(again); })()"],
    ["is always ready for the next turn", "(function again() { setImmediate(again); })()"],
    [
      "leaves a microtask that spins behind an error that it has handled",
      "process.on('uncaughtException', () => {}); process.nextTick(() => { queueMicrotask(() => { for (;;); }); throw 1; })",
    ],
    ["backtracks without end", "/(a+)+b/.test('a'.repeat(50))"],
  ])("that %s ends at its CPU limit", async (_name, code) => {
    const report = await opened.exec(code, {}, { cpuTimeLimitMs: 100 });
    expect(report).toEqual({ outcome: { kind: "cpu-time-limit", code: 124, limitMs: 100 } });
  });

  test("that only waits ends at its wall-clock limit", async () => {
    const report = await opened.exec("setInterval(() => {}, 10)", {}, { wallTimeLimitMs: 100 });
    expect(report).toEqual({ outcome: { kind: "wall-time-limit", code: 124, limitMs: 100 } });
  });

  test("that fills its heap is out of memory, and the next run is fine", async () => {
    const report = await opened.exec(
      "const all = []; for (;;) all.push({ next: [all.length] });",
      {},
      { memoryLimit: 32 },
    );
    expect(report).toEqual({ outcome: { kind: "out-of-memory", code: 1, limitMiB: 32 } });
    expect((await opened.exec("1")).outcome).toEqual({ kind: "returned", code: 0 });
  });

  test("has the memory limit of its run, whatever waits", async () => {
    const fill = "globalThis.kept = Array.from({ length: 1e6 }, (_, index) => ({ index })); 1";
    expect((await opened.exec(fill, {}, { memoryLimit: 24 })).outcome.kind).toBe("out-of-memory");
    expect((await opened.exec(fill, {}, { memoryLimit: 256 })).outcome.kind).toBe("returned");
  });

  test("that is aborted while it waits ends aborted, with the embedder's reason", async () => {
    const controller = new AbortController();
    const running = opened.exec("setInterval(() => {}, 10)", { signal: controller.signal });
    setTimeout(() => controller.abort(new Error("enough")), 200);
    expect(await running).toEqual({ outcome: { kind: "aborted", code: 130, reason: "enough" } });
  });

  test("that was aborted before it began never begins", async () => {
    const report = await opened.exec("1", { signal: AbortSignal.abort("too late") });
    expect(report).toEqual({ outcome: { kind: "aborted", code: 130, reason: "too late" } });
  });

  test("that is aborted while it waits for its turn never begins", async () => {
    await using narrow = openDriver({ cells, maxCells: 1 });
    const first = narrow.exec("setTimeout(() => {}, 300)");
    const controller = new AbortController();
    const second = narrow.exec("1", { signal: controller.signal });
    controller.abort("changed my mind");
    expect(await second).toEqual({ outcome: { kind: "aborted", code: 130, reason: "changed my mind" } });
    expect((await first).outcome.kind).toBe("returned");
  });

  test("leaves nothing to the embedder's diagnostics", () => {
    expect(opened.diagnostics).toEqual([]);
  });
});
