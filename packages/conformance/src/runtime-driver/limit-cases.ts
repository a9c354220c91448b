import { expect } from "vitest";
import type { RuntimeDriverCase } from "./runtime-driver-case.ts";

const busyPrograms: Readonly<Record<string, string>> = {
  "a loop": "for (;;);",
  "a loop that catches": "for (;;) { try { for (;;); } catch {} finally { continue; } }",
  "microtasks without end": "(function again() { Promise.resolve().then(again); })();",
  "ticks without end": "(function again() { process.nextTick(again); })();",
  "turns without end": "(function again() { setImmediate(again); })();",
};

const callingPrograms: Readonly<Record<string, string>> = {
  "a loop of calls that the host serves": "const fs = require('node:fs'); for (;;) fs.existsSync('/file');",
  "a loop of calls that need no host": "for (;;) performance.now();",
  "calls that fail, and are caught": "for (;;) { try { process.chdir('/nowhere'); } catch {} }",
  "calls that nobody waits for": "const fs = require('node:fs'); for (;;) fs.stat('/file', () => {});",
  "one call after another, awaited":
    "const fs = require('node:fs/promises'); (async () => { for (;;) await fs.stat('/file').catch(() => {}); })();",
  "timers without end": "(function again() { setTimeout(again); })();",
};

const waitingThings: Readonly<Record<string, string>> = {
  timers: "() => setTimeout(() => {}, 1e6)",
  "timers of all lengths": "() => setTimeout(() => {}, 1000 + left)",
  "timers that keep nothing alive": "() => setTimeout(() => {}, 1e6).unref()",
  "timers for promises": "() => require('node:timers/promises').setTimeout(1e6)",
  intervals: "() => setInterval(() => {}, 1e6)",
  "timers of signals": "() => { (globalThis.kept ??= []).push(AbortSignal.timeout(1e6)); }",
  immediates: "() => setImmediate(() => {})",
  "immediates for promises": "() => require('node:timers/promises').setImmediate()",
  "timers and immediates": "() => (left % 2 ? setTimeout(() => {}, 1e6) : setImmediate(() => {}))",
  "channels of a name": "() => new BroadcastChannel('name')",
};

const passingThings: Readonly<Record<string, string>> = {
  "cleared timers": "for (let i = 0; i < 200; i++) clearTimeout(setTimeout(() => {}, 1e6));",
  "cleared immediates": "for (let i = 0; i < 200; i++) clearImmediate(setImmediate(() => {}));",
  "closed channels": "for (let i = 0; i < 200; i++) new BroadcastChannel('name').close();",
  "timers that come again": "for (let i = 0, t = setTimeout(() => {}, 1); i < 200; i++) t.refresh();",
  "waves of timers":
    "let left = 20; const wave = () => { for (let i = 0; i < 15; i++) setTimeout(i < 14 || left-- <= 0 ? () => {} : wave, 1); }; wave();",
  "waves of immediates":
    "let left = 20; const wave = () => { for (let i = 0; i < 15; i++) setImmediate(i || left-- <= 0 ? () => {} : wave); }; wave();",
  "timers after immediates":
    "for (let i = 0; i < 15; i++) setImmediate(() => { if (i === 14) for (let j = 0; j < 15; j++) setTimeout(() => {}, 1); });",
  "an interval": "let left = 60; const t = setInterval(() => { if (left-- <= 0) clearInterval(t); }, 1);",
  "immediates of which one throws":
    "process.on('uncaughtException', () => {}); let left = 20; const wave = () => { for (let i = 0; i < 15; i++) setImmediate(() => { if (i === 14 && left-- > 0) wave(); if (i % 5 === 4) throw new Error('x'); }); }; wave();",
};

/** What a program can reach of a timer, it changes, to have more of them than are counted. */
const forgingPrograms: Readonly<Record<string, string>> = {
  "timers that are cleared again and again": `const spare = setTimeout(() => {}, 1e6);
    for (;;) { spare._onTimeout = () => {}; spare._destroyed = false; spare._idleNext = spare._idlePrev = null; clearTimeout(spare); setTimeout(() => {}, 1e6); }`,
  "things that never were timers": `for (;;) { clearTimeout({ _onTimeout() {}, _idleNext: {}, _idlePrev: {} }); setTimeout(() => {}, 1e6); }`,
  "immediates that are cleared again and again": `const spare = setImmediate(() => {});
    for (;;) { spare._onImmediate = () => {}; spare._destroyed = false; clearImmediate(spare); setImmediate(() => {}); }`,
  "immediates that have run": `const old = []; for (let i = 0; i < 40; i++) old.push(setImmediate(() => {}));
    setTimeout(() => { for (;;) { for (const one of old) { setImmediate(() => {}); one._onImmediate = () => {}; one._destroyed = false; clearImmediate(one); } } }, 5);`,
  "copies of a timer": `const { constructor } = setTimeout(() => {}, 1e6);
    for (;;) { const t = Object.create(constructor.prototype); t._idleTimeout = 1e6; t._destroyed = true; t.refresh(); }`,
  "proxies of a timer":
    "for (;;) { const t = new Proxy(setTimeout(() => {}, 1e6), {}); t._idleTimeout = 1e6; t.refresh(); }",
  "patched prototypes": `Array.prototype.push = Function.prototype.call = Function.prototype.bind = Reflect.apply = () => {};
    for (const name of ['listed', 'active', 'timers', 'allowed']) Object.defineProperty(Object.prototype, name, { get: () => true, set() {} });
    for (;;) new MessageChannel();`,
};

/** A WebAssembly module with a memory of its own, and a function that grows it by so many pages. */
const growingModule = `new WebAssembly.Module(new Uint8Array([
  0, 97, 115, 109, 1, 0, 0, 0, 1, 6, 1, 96, 1, 127, 1, 127, 3, 2, 1, 0, 5, 3, 1, 0, 1,
  7, 9, 2, 1, 109, 2, 0, 1, 103, 0, 0, 10, 8, 1, 6, 0, 32, 0, 64, 0, 11]))`;

const webAssemblyPrograms: Readonly<Record<string, string>> = {
  "many memories":
    "const all = []; for (;;) { const m = new WebAssembly.Memory({ initial: 64 }); new Uint8Array(m.buffer).fill(1); all.push(m); }",
  "one that grows":
    "const m = new WebAssembly.Memory({ initial: 1 }); for (;;) { m.grow(64); new Uint8Array(m.buffer).fill(1, -64 * 65536); }",
  "what a module grows by itself": `const { m, g } = new WebAssembly.Instance(${growingModule}).exports; for (;;) { g(64); new Uint8Array(m.buffer).fill(1, -64 * 65536); }`,
};

/** Every limit ends a run with an outcome of its own, and harms nothing else. */
export const limitCases: readonly RuntimeDriverCase[] = [
  {
    name: "the CPU limit ends a program that computes without end, however it does so",
    isThorough: true,
    async run({ exec }) {
      for (const [name, code] of Object.entries(busyPrograms)) {
        const { outcome } = await exec(code, { limits: { cpuTimeLimitMs: 100 } });
        expect(outcome, name).toEqual({ kind: "cpu-time-limit", code: 124, limitMs: 100 });
      }
    },
  },
  {
    name: "the CPU limit counts all of a run together",
    async run({ exec }) {
      const code = "setInterval(() => { const end = Date.now() + 20; while (Date.now() < end); }, 1);";
      const { outcome } = await exec(code, { limits: { cpuTimeLimitMs: 200 } });
      expect(outcome).toEqual({ kind: "cpu-time-limit", code: 124, limitMs: 200 });
    },
  },
  {
    name: "the wall-clock limit ends a program that waits without end",
    async run({ exec }) {
      const waits = [
        "setInterval(() => {}, 10);",
        "setTimeout(() => {}, 1e9);",
        "await new Promise((r) => setTimeout(r, 1e9));",
      ];
      for (const code of waits) {
        const { outcome } = await exec(code, { filePath: "/entry.mjs", limits: { wallTimeLimitMs: 150 } });
        expect(outcome, code).toEqual({ kind: "wall-time-limit", code: 124, limitMs: 150 });
      }
    },
  },
  {
    name: "the memory limit ends a program that fills its heap",
    async run({ exec }) {
      const { outcome } = await exec("const all = []; for (;;) all.push({ next: [all.length] });", {
        limits: { memoryLimit: 32 },
      });
      expect(outcome).toEqual({ kind: "out-of-memory", code: 1, limitMiB: 32 });
    },
  },
  {
    name: "the output limit ends a program that writes too much, and lets through no more",
    async run({ exec }) {
      const { outcome, stdout, stderr } = await exec(
        "for (;;) { console.log('x'.repeat(99)); console.error('y'.repeat(99)); }",
        {
          limits: { outputLimitBytes: 10_000 },
        },
      );
      expect(outcome).toEqual({ kind: "output-limit", code: 1, limitBytes: 10_000 });
      expect(stdout.length + stderr.length).toBeLessThanOrEqual(10_000);
      expect(stdout.startsWith(`${"x".repeat(99)}\n`)).toBe(true);
    },
  },
  {
    name: "the output limit lets through exactly what it says",
    async run({ exec }) {
      const { outcome, stdout } = await exec("process.stdout.write('é'.repeat(500));", {
        limits: { outputLimitBytes: 1000 },
      });
      expect(outcome).toEqual({ kind: "returned", code: 0 });
      expect(stdout).toBe("é".repeat(500));
    },
  },
  {
    name: "the output limit is met by a program that has ended since",
    async run({ exec }) {
      const { outcome, stdout } = await exec("console.log('1234'); console.log('6789'); process.exitCode = 3;", {
        limits: { outputLimitBytes: 9 },
      });
      expect(outcome).toEqual({ kind: "output-limit", code: 1, limitBytes: 9 });
      expect(stdout).toBe("1234\n6789");
    },
  },
  {
    name: "the result limit ends a program whose exports are too large",
    async run({ run }) {
      const { outcome, exports } = await run("module.exports = { text: 'x'.repeat(100_000) };", {
        limits: { resultLimitBytes: 10_000 },
      });
      expect(outcome).toMatchObject({ kind: "result-limit", code: 1, limitBytes: 10_000 });
      expect(exports).toBeUndefined();
    },
  },
  {
    name: "the limit of system calls ends a program that makes too many, however it does so",
    isThorough: true,
    async run({ exec }) {
      for (const [name, code] of Object.entries(callingPrograms)) {
        const { outcome } = await exec(code, { limits: { systemCallLimit: 500 } });
        expect(outcome, name).toEqual({ kind: "system-call-limit", code: 1, limitCalls: 500 });
      }
    },
  },
  {
    name: "the limit of system calls per second ends a program that makes them too fast, and no slow one",
    isThorough: true,
    async run({ exec }) {
      for (const [name, code] of Object.entries(callingPrograms)) {
        if (name.includes("timers")) continue;
        // As few as the slowest cell on the busiest machine makes.
        const { outcome } = await exec(code, { limits: { systemCallRateLimit: 50 } });
        expect(outcome, name).toEqual({ kind: "system-call-rate-limit", code: 1, limitCallsPerSecond: 50 });
      }
      const slow = "let left = 20; (function again() { if (left-- > 0) setTimeout(again, 5); })();";
      const { outcome } = await exec(slow, { limits: { systemCallRateLimit: 500, systemCallLimit: 500 } });
      expect(outcome).toEqual({ kind: "returned", code: 0 });
    },
  },
  {
    name: "the limit of pending calls ends a program that asks for too much at once, and no other",
    isThorough: true,
    async run({ exec }) {
      const begin = "const fs = require('node:fs'); const ask = () => fs.promises.stat('/').catch(() => {});";
      const floods = [
        "for (;;) ask();",
        "for (;;) try { fs.stat('/', () => {}); } catch {}",
        "Promise.all(Array.from({ length: 101 }, ask));",
      ];
      for (const code of floods) {
        const { outcome } = await exec(begin + code, { limits: { pendingCallsLimit: 100 } });
        expect(outcome, code).toEqual({ kind: "pending-calls-limit", code: 1, limitCalls: 100 });
      }
      const wave = "const wave = () => Promise.all(Array.from({ length: 100 }, ask)); wave().then(wave).then(wave);";
      const { outcome } = await exec(begin + wave, { limits: { pendingCallsLimit: 100 } });
      expect(outcome).toEqual({ kind: "returned", code: 0 });
    },
  },
  {
    name: "the limit of timers and handles ends a program that has one too many, however it makes them",
    isThorough: true,
    async run({ exec }) {
      for (const [name, make] of Object.entries(waitingThings)) {
        const code = `const fs = require('node:fs'); const make = (${make}); let left = 50; while (left-- > 0) make();
          fs.writeSync(1, 'enough'); left = ${name === "intervals" ? 1e9 : 1}; while (left-- > 0) make(); process.exit(0);`;
        const { outcome, stdout } = await exec(code, { limits: { timersLimit: 50 } });
        expect(outcome, name).toEqual({ kind: "timers-limit", code: 1, limitTimers: 50 });
        expect(stdout, name).toBe("enough");
      }
    },
  },
  {
    name: "the limit of timers and handles counts those that a program has at once, whatever it had before",
    isThorough: true,
    async run({ exec }) {
      for (const [name, program] of Object.entries(passingThings)) {
        const { outcome } = await exec(program, { limits: { timersLimit: 20 } });
        expect(outcome, name).toEqual({ kind: "returned", code: 0 });
      }
    },
  },
  {
    name: "the limit of timers and handles holds for a program that forges what the library knows of them",
    isThorough: true,
    async run({ exec }) {
      for (const [name, program] of Object.entries(forgingPrograms)) {
        const { outcome } = await exec(program, { limits: { timersLimit: 50 } });
        expect(outcome, name).toEqual({ kind: "timers-limit", code: 1, limitTimers: 50 });
      }
    },
  },
  {
    name: "the memory limit ends a program that makes timers or message ports without end",
    isThorough: true,
    async run({ exec }) {
      const floods = [
        "for (;;) setTimeout(() => {}, 1e6);",
        "const all = []; for (;;) all.push(new MessageChannel());",
        "const { port1 } = new MessageChannel(); for (;;) port1.postMessage('x'.repeat(100));",
      ];
      for (const code of floods) {
        const { outcome } = await exec(code, { limits: { memoryLimit: 16, timersLimit: 2 ** 20 } });
        expect(outcome, code).toEqual({ kind: "out-of-memory", code: 1, limitMiB: 16 });
      }
    },
  },
  {
    name: "the limit of its process ends a program that fills WebAssembly memories",
    needs: ["boundsProcesses"],
    async run({ exec }) {
      for (const [name, code] of Object.entries(webAssemblyPrograms)) {
        const { outcome } = await exec(code, { limits: { memoryLimit: 32, processOverheadLimit: 64 } });
        expect(outcome, name).toEqual({ kind: "process-memory-limit", code: 1, limitMiB: 96 });
      }
    },
  },
  {
    name: "a run after any that met a limit is as good as the first",
    isThorough: true,
    async run({ exec, exportsOf }) {
      await exec("for (;;);", { limits: { cpuTimeLimitMs: 50 } });
      expect(await exportsOf("module.exports = 1;")).toBe(1);
      await exec("const all = []; for (;;) all.push({ next: [all.length] });", { limits: { memoryLimit: 32 } });
      expect(await exportsOf("module.exports = 2;")).toBe(2);
      await exec("for (;;) console.log('x');", { limits: { outputLimitBytes: 10 } });
      expect(await exportsOf("module.exports = 3;")).toBe(3);
    },
  },
  {
    name: "an aborted run ends as aborted, with the reason that was given",
    async run({ exec }) {
      const controller = new AbortController();
      const { outcome } = await exec("console.log('here'); setInterval(() => {}, 10);", {
        signal: controller.signal,
        onStdio: () => controller.abort(new Error("enough")),
      });
      expect(outcome).toEqual({ kind: "aborted", code: 130, reason: "enough" });
    },
  },
  {
    name: "a busy run that is aborted ends as aborted",
    needs: ["abortsBusyGuests"],
    async run({ exec }) {
      const controller = new AbortController();
      const { outcome } = await exec("console.log('here'); for (;;);", {
        signal: controller.signal,
        onStdio: () => controller.abort("enough"),
      });
      expect(outcome).toEqual({ kind: "aborted", code: 130, reason: "enough" });
    },
  },
  {
    name: "a program does not begin before its directory has been found, and never where there is none",
    async run({ exec }) {
      const order: string[] = [];
      const found = Promise.withResolvers<void>();
      const running = exec("console.log('begun');", {
        directory: found.promise,
        onStdio: () => void order.push("begun"),
      });
      // As long as a program takes that waits for none.
      await exec("");
      order.push("found");
      found.resolve();
      expect((await running).outcome).toEqual({ kind: "returned", code: 0 });
      expect(order).toEqual(["found", "begun"]);
      const missing = new Error("there is none");
      const directory = Promise.reject(missing);
      directory.catch(() => undefined);
      await expect(exec("", { directory, onStdio: () => void order.push("begun") })).rejects.toBe(missing);
      expect(order).toEqual(["found", "begun"]);
    },
  },
  {
    name: "a run that was aborted before it began never begins",
    async run({ exec }) {
      const { outcome, stdout } = await exec("console.log('begun');", { signal: AbortSignal.abort("too late") });
      expect(outcome).toEqual({ kind: "aborted", code: 130, reason: "too late" });
      expect(stdout).toBe("");
    },
  },
];
