import { setTimeout as sleep } from "node:timers/promises";
import { allowAllFs } from "@vivarium/core";
import { createInMemoryFileSystem } from "@vivarium/memfs";
import { afterAll, describe, expect, test } from "vitest";
import { sampledKinds } from "./cell-kinds.ts";
import { openDriver } from "./open-driver.ts";

const FROZEN = 1_234_567_890_123;
const freeze = { processConfig: { timingMitigation: "freeze", frozenTimeMs: FROZEN } } as const;

/** Every way to the time of day, in a context that has `SharedArrayBuffer` or not. */
const timesOfDay = `
  class Own extends Date {}
  const utc = new Intl.DateTimeFormat("en", { timeZone: "UTC", dateStyle: "short", timeStyle: "medium", hourCycle: "h23" });
  [
    Date.now(), +new Date(), Date.parse(Date()), +new Own(), +Reflect.construct(Date, []), +new (new Own().constructor)(),
    +new (Object.getPrototypeOf(Own))(), +new (new Date(0).constructor)(),
    utc.format(), utc.formatToParts().map(({ value }) => value).join(""), [undefined].map(utc.format)[0],
    typeof SharedArrayBuffer,
  ].join("|");`;
const text = "2/13/09, 23:31:30";
const frozenTimesOfDay = [
  ...[FROZEN, FROZEN, FROZEN - 123, FROZEN, FROZEN, FROZEN, FROZEN, FROZEN],
  ...[text, text, text],
  "undefined",
].join("|");

describe.each(sampledKinds)("where clocks are frozen, a guest in an %s cell", (cells) => {
  const filesystem = createInMemoryFileSystem();
  const opened = openDriver({ cells }, { ...freeze, filesystem, permissions: allowAllFs });
  afterAll(() => opened[Symbol.asyncDispose]());

  test("makes its system calls by real time: a slow one may make more than a second's", async () => {
    const limits = { systemCallRateLimit: 300 };
    const slow = "let left = 60; (function again() { process.cwd(); if (left-- > 0) setTimeout(again, 20); })();";
    expect((await opened.exec(slow, {}, limits)).outcome).toEqual({ kind: "returned", code: 0 });
    const fast = "for (;;) performance.now();";
    const { outcome } = await opened.exec(fast, {}, limits);
    expect(outcome).toEqual({ kind: "system-call-rate-limit", code: 1, limitCallsPerSecond: 300 });
  });

  test("is not told how long a collection of garbage took", async () => {
    const code = `
      const v8 = require("node:v8");
      v8.setFlagsFromString("--expose-gc");
      const profiler = new v8.GCProfiler();
      profiler.start();
      require("node:vm").runInNewContext("gc")();
      const { statistics, startTime, endTime } = profiler.stop();
      console.log(statistics.length > 0, statistics.every(({ cost }) => cost === 0), startTime, endTime);`;
    expect(await opened.output(code)).toBe(`true true ${FROZEN} ${FROZEN}\n`);
  });

  test("finds the time of day standing still, in every context and before and after a wait", async () => {
    const code = `
      const vm = require("node:vm");
      const times = ${JSON.stringify(timesOfDay)};
      console.log(vm.runInThisContext("{" + times + "}"));
      console.log(vm.runInNewContext(times));
      console.log(vm.runInNewContext("vm.runInNewContext(times)", { vm, times }));
      setTimeout(() => console.log(Date.now(), +structuredClone(new Date()), new File([], "").lastModified), 20);`;
    const lines = [frozenTimesOfDay, frozenTimesOfDay, frozenTimesOfDay, `${FROZEN} ${FROZEN} ${FROZEN}`];
    // The second guest has been rehearsed before it learns of its run.
    for (let run = 0; run < 2; run += 1) {
      expect((await opened.output(code)).trimEnd().split("\n")).toEqual(lines);
      await sleep(50);
    }
  });

  test("is not told how long a collection of the heap took", async () => {
    const code = `
      const { PerformanceObserver } = require("node:perf_hooks");
      const observer = new PerformanceObserver((list) => {
        observer.disconnect();
        console.log(list.getEntries().every(({ duration }) => duration === 0));
      });
      observer.observe({ entryTypes: ["gc"] });
      for (let made = [], left = 5e5; left > 0; left -= 1) made.push({ left });
      setTimeout(() => {}, 20);`;
    expect(await opened.output(code)).toBe("true\n");
  });

  test("finds every other clock standing still while it computes", async () => {
    const code = `
      let sum = 0;
      for (let index = 0; index < 1e7; index += 1) sum += index;
      console.log(performance.now(), performance.timeOrigin, process.hrtime.bigint(), process.uptime(),
        new Event("").timeStamp, require("node:os").uptime(), process.cpuUsage().user, performance.eventLoopUtilization().active);`;
    expect(await opened.output(code)).toBe(`0 ${FROZEN} 0n 0 0 0 0 0\n`);
  });

  test("is told of no time of a file that is later, whatever it asks and whoever has written it", async () => {
    filesystem.writeFile("/embedder", "now");
    const code = `
      const fs = require("node:fs");
      fs.writeFileSync("/guest", "now");
      fs.writeFileSync("/old", "");
      fs.utimesSync("/old", 1, 2);
      const fd = fs.openSync("/guest");
      const all = [fs.statSync("/embedder"), fs.statSync("/guest"), fs.fstatSync(fd), fs.lstatSync("/")];
      const old = fs.statSync("/old", { bigint: true });
      console.log(...all.flatMap((s) => [+s.atime, s.mtimeMs, s.ctimeMs, s.birthtimeMs]), old.atimeNs, old.mtimeMs);
      fs.promises.stat("/guest").then(({ mtimeMs }) => console.log(mtimeMs));`;
    const expected = `${Array.from({ length: 16 }, () => FROZEN).join(" ")} 1000000000n 2000n\n${FROZEN}\n`;
    for (let run = 0; run < 2; run += 1) expect(await opened.output(code)).toBe(expected);
  });
});

test("a frozen time that is yet to come shows no more of the time that passes between two writes", async () => {
  const processConfig = { timingMitigation: "freeze", frozenTimeMs: Date.UTC(2100, 0, 1) } as const;
  const filesystem = createInMemoryFileSystem();
  await using opened = openDriver({ cells: "inline" }, { processConfig, filesystem, permissions: allowAllFs });
  const code = `
    const fs = require("node:fs");
    fs.writeFileSync("/one", "");
    for (let index = 0; index < 1e8; index += 1);
    fs.writeFileSync("/two", "");
    console.log(fs.statSync("/two").mtimeMs - fs.statSync("/one").mtimeMs);`;
  expect(await opened.output(code)).toBe("0\n");
  expect(filesystem.stat("/two").mtimeMs).toBeGreaterThan(filesystem.stat("/one").mtimeMs);
});

describe("a frozen Date", () => {
  test("is one in every other way", async () => {
    const code = `
      const plain = Object.getOwnPropertyDescriptor(globalThis, "Date");
      class Own extends Date { get year() { return this.getUTCFullYear(); } }
      function Other() {}
      console.log(JSON.stringify([
        Date.length, Date.name, String(Date), String(Date.now), Object.keys(Date),
        ["length", "name", "prototype", "now", "parse", "UTC"].map((name) => {
          const { writable, enumerable, configurable } = Object.getOwnPropertyDescriptor(Date, name);
          return [name, writable, enumerable, configurable];
        }),
        Date.prototype.constructor === Date, Object.getPrototypeOf(Date) === Function.prototype,
        plain.writable, plain.enumerable, plain.configurable,
        Date.UTC(2020, 1), Date.parse("2020-02-01"), +new Date(5), +new Date(2020, 1, 1), +new Date(undefined),
        new Own(0).year, new Own() instanceof Date, new Date() instanceof Own,
        Object.getPrototypeOf(Reflect.construct(Date, [], Other)) === Other.prototype,
        structuredClone(new Date()).constructor === Date, typeof Date(), require("node:util").inspect(Date),
        require("node:util").types.isDate(new Date()), new Date(2 ** 60).getTime(), Date.now === Date.now,
      ]));`;
    await using frozen = openDriver({ cells: "inline" }, freeze);
    await using plain = openDriver({ cells: "inline" });
    expect(await frozen.output(code)).toBe(await plain.output(code));
  });

  test("goes with no shared memory, not even of WebAssembly", async () => {
    await using opened = openDriver({ cells: "inline" }, freeze);
    const code = `
      const tell = (work) => { try { return work(); } catch (error) { return error.message; } };
      // (module (memory (export "m") 1 1 shared))
      const bytes = new Uint8Array([0,97,115,109,1,0,0,0,5,4,1,3,1,1,7,5,1,1,109,2,0]);
      const { m } = new WebAssembly.Instance(new WebAssembly.Module(bytes)).exports;
      const memory = new WebAssembly.Memory({ initial: 1 });
      console.log(tell(() => new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true })));
      console.log(tell(() => m.buffer));
      console.log(memory.buffer.byteLength, memory.grow(1), memory.buffer.byteLength, memory.constructor === WebAssembly.Memory);`;
    const refused = "Shared memory is not available while clocks stand still\n";
    expect(await opened.output(code)).toBe(`${refused}${refused}65536 1 131072 true\n`);
  });
});

test("every run's clocks begin with it, also in copies of one process and in guests that have waited", async () => {
  const code = "console.log(performance.now(), process.uptime() * 1000, Date.now() - performance.timeOrigin)";
  for (const cells of ["process", "worker", "inline"] as const) {
    await using opened = openDriver({ cells, maxCells: 1 });
    for (let run = 0; run < 4; run += 1) {
      for (const told of (await opened.output(code)).trim().split(" ").map(Number)) expect(told).toBeLessThan(1000);
      await sleep(700);
    }
  }
});
