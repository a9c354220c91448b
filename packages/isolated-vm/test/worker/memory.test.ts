import { describe, expect, test } from "vitest";
import { openDriver } from "../driver/open-driver.ts";

const limits = { memoryLimit: 32, processOverheadLimit: 64, cpuTimeLimitMs: 20_000, wallTimeLimitMs: 30_000 };
const exceeded = { outcome: { kind: "process-memory-limit", code: 1, limitMiB: 96 } };

describe.runIf(process.platform === "linux")("memory of a worker cell that V8 does not count as heap", () => {
  test.each([
    [
      "shared WebAssembly memories",
      `const all = [];
       for (;;) {
         const memory = new WebAssembly.Memory({ initial: 160, maximum: 60000, shared: true });
         new Uint8Array(memory.buffer).fill(1);
         all.push(memory);
       }`,
    ],
    [
      "buffers that grow",
      `const all = [];
       for (;;) {
         const buffer = new ArrayBuffer(0, { maxByteLength: 2 ** 24 });
         buffer.resize(2 ** 24);
         new Uint8Array(buffer).fill(1);
         all.push(buffer);
       }`,
    ],
    [
      "regions of memory that nobody touches",
      "for (const all = []; ; ) all.push(new ArrayBuffer(1, { maxByteLength: 2 ** 30 }))",
    ],
  ])("is bounded: %s", { timeout: 60_000 }, async (_what, code) => {
    await using opened = openDriver({ cells: "worker", maxCells: 2 });
    const other = opened.output("setTimeout(() => console.log('the other'), 100)");
    expect(await other).toBe("the other\n");
    expect(await opened.exec(code, {}, limits)).toEqual(exceeded);
    expect(await opened.output("console.log('the next')")).toBe("the next\n");
  });

  test("is given back when a guest has ended", { timeout: 60_000 }, async () => {
    await using opened = openDriver({ cells: "worker", maxCells: 1 });
    for (let run = 0; run < 2; run += 1) await opened.exec("1");
    const before = process.memoryUsage.rss();
    const code = `const all = [];
      for (let i = 0; ; i++) {
        const locale = ["ar", "th", "ja"][i % 3];
        all.push(new Intl.DateTimeFormat(locale, { timeZone: "Europe/Berlin", dateStyle: "full" }).format(i));
        all.push(new Intl.NumberFormat("de", { style: "currency", currency: "EUR" }));
      }`;
    let largest = before;
    const timer = setInterval(() => {
      largest = Math.max(largest, process.memoryUsage.rss());
    }, 10);
    await opened.exec(code, {}, { cpuTimeLimitMs: 3000 });
    clearInterval(timer);
    expect((largest - before) / 2 ** 20).toBeGreaterThan(64);
    await opened.exec("1");
    await expect.poll(() => (process.memoryUsage.rss() - before) / 2 ** 20, { timeout: 10_000 }).toBeLessThan(64);
  });

  test("is not charged with what the host makes beside it", { timeout: 60_000 }, async () => {
    await using opened = openDriver({ cells: "worker", maxCells: 1 });
    await opened.exec("1");
    const running = opened.output("setTimeout(() => console.log('done'), 400)", {}, limits);
    const own: Buffer[] = [];
    for (let time = 0; time < 10; time += 1) {
      own.push(Buffer.alloc(30e6, 1));
      await new Promise((resolve) => setTimeout(resolve, 40));
    }
    expect(await running).toBe("done\n");
    expect(own.length).toBe(10);
  });
});
