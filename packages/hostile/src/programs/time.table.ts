import type { OutcomeKind } from "vivarium";
import type { ProgramGroup } from "../hostile-program.ts";

const late: readonly OutcomeKind[] = ["cpu-time-limit"];
const waiting: readonly OutcomeKind[] = ["wall-time-limit"];
const lateOrWaiting: readonly OutcomeKind[] = ["cpu-time-limit", "wall-time-limit"];
const lateOrFull: readonly OutcomeKind[] = ["cpu-time-limit", "out-of-memory", "process-memory-limit", "threw"];
const anyEnd: readonly OutcomeKind[] = [...lateOrFull, "wall-time-limit", "returned"];

const endlessModule = "[0,97,115,109,1,0,0,0,1,4,1,96,0,0,3,2,1,0,8,1,0,10,9,1,7,0,3,64,12,0,11,11]";

/** Programs that do not end when they should. */
export const timePrograms: ProgramGroup = {
  name: "time",
  programs: [
    { name: "loop", program: "for (;;);", ends: late },
    {
      name: "loop-in-scripts-with-a-time",
      program:
        "const vm = require('vm'); const script = new vm.Script('for (;;);'); for (;;) try { script.runInThisContext({ timeout: 1 }); } catch {}",
      ends: late,
    },
    {
      name: "scripts-with-a-time-in-each-other",
      program:
        "const vm = require('vm'); const run = () => { for (;;) try { vm.runInNewContext('for (;;) run()', { run }, { timeout: 1 }); } catch {} }; run()",
      ends: lateOrFull,
    },
    { name: "loop-in-module", program: "for (;;);", filePath: "/workspace/program.mjs", ends: late },
    { name: "loop-aborted", program: "for (;;);", abortAfterMs: 200, ends: ["aborted"] },
    { name: "idle-aborted", program: "setInterval(() => {}, 1)", abortAfterMs: 200, ends: ["aborted"] },
    { name: "microtasks", program: "(function again() { Promise.resolve().then(again) })()", ends: late },
    { name: "ticks", program: "(function again() { process.nextTick(again) })()", ends: late },
    { name: "immediates", program: "(function again() { setImmediate(again) })()", ends: lateOrWaiting },
    { name: "queued-microtasks", program: "const again = () => queueMicrotask(again); again()", ends: late },
    { name: "loop-after-await", program: "(async () => { await null; for (;;); })()", ends: late },
    {
      name: "loop-after-file",
      program: "require('fs').promises.stat('/').then(() => { for (;;); })",
      ends: late,
    },
    { name: "loop-in-timer", program: "setTimeout(() => { for (;;); }, 10)", ends: late },
    {
      name: "loop-in-async-iterator",
      program: "(async () => { for await (const x of (async function* () { for (;;) yield 1 })()); })()",
      ends: late,
    },
    { name: "loop-in-thenable", program: "Promise.resolve({ then() { for (;;); } })", ends: late },
    {
      name: "query-without-end",
      program:
        "new (require('node:sqlite').DatabaseSync)(':memory:').exec('WITH RECURSIVE n (x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT count(*) FROM n')",
      ends: lateOrWaiting,
    },
    {
      name: "query-that-waits-for-itself",
      program: `const { DatabaseSync } = require("node:sqlite");
        const [one, other] = [1, 2].map(() => new DatabaseSync("/workspace/a.db", { timeout: 2 ** 30 }));
        one.exec("BEGIN EXCLUSIVE");
        other.exec("SELECT * FROM sqlite_master");`,
      ends: lateOrWaiting,
    },
    {
      name: "query-that-calls-itself",
      program: `const { DatabaseSync } = require("node:sqlite");
        const db = new DatabaseSync(":memory:");
        db.function("f", () => { for (;;) try { db.prepare("SELECT f()").get(); } catch {} });
        db.exec("SELECT f()");`,
      ends: lateOrFull,
    },
    {
      name: "wasi-that-sleeps",
      program: `const { WASI } = require("node:wasi");
        const wasi = new WASI({ version: "preview1" });
        const memory = new WebAssembly.Memory({ initial: 1 });
        wasi.finalizeBindings({ exports: { memory } });
        new DataView(memory.buffer).setBigUint64(24, 2n ** 64n - 1n, true);
        for (;;) wasi.wasiImport.poll_oneoff(0, 64, 1, 128);`,
      ends: waiting,
    },
    { name: "timer-far-away", program: "setTimeout(() => {}, 2 ** 30)", ends: waiting },
    { name: "interval", program: "setInterval(() => {}, 1)", ends: lateOrWaiting },
    {
      name: "top-level-await-unsettled",
      program: "await new Promise(() => {})",
      filePath: "/workspace/program.mjs",
      ends: ["threw"],
    },
    {
      name: "import-that-loops",
      program: "import('data:text/javascript,for (;;);')",
      ends: late,
    },
    {
      name: "atomics-wait",
      program: "Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)",
      ends: lateOrWaiting,
    },
    {
      name: "atomics-wait-async",
      program: `const cells = new Int32Array(new SharedArrayBuffer(4));
        for (let i = 0; i < 1e4; i++) Atomics.waitAsync(cells, 0, 0, 1).value.then(() => { for (;;); })
        setInterval(() => {}, 10)`,
      ends: late,
    },
    {
      name: "wasm-loop",
      program: `new WebAssembly.Instance(new WebAssembly.Module(new Uint8Array(${endlessModule})))`,
      ends: late,
    },
    {
      name: "getter-in-exports",
      program: "module.exports = { get a() { for (;;); } }",
      ends: late,
    },
    {
      name: "getter-in-namespace",
      program: "export const a = { get b() { for (;;); } }",
      filePath: "/workspace/program.mjs",
      ends: late,
    },
    {
      name: "proxy-in-exports",
      program:
        "module.exports = new Proxy({}, { ownKeys() { for (;;); }, getPrototypeOf() { for (;;); }, get() { for (;;); } })",
      ends: ["unexportable"],
    },
    {
      name: "to-json-in-exports",
      program: "const o = { a: 1 }; Object.defineProperty(o, 'toJSON', { value() { for (;;); } }); module.exports = o",
      ends: ["returned"],
      answer: { a: 1 },
    },
    {
      name: "to-primitive-in-exports",
      program: `const loop = () => { for (;;); };
        const date = new Date(0);
        for (const name of ['valueOf', 'toString', 'getTime', Symbol.toPrimitive]) Object.defineProperty(date, name, { value: loop });
        module.exports = { date }`,
      ends: ["returned"],
      answer: { date: new Date(0) },
    },
    {
      name: "iterator-in-exports",
      program: `const loop = function* () { for (;;) yield [1, 2] };
        Map.prototype[Symbol.iterator] = Map.prototype.entries = Array.prototype[Symbol.iterator] = loop;
        Map.prototype.forEach = () => { for (;;); };
        module.exports = { map: new Map([[1, 2]].values()), list: [1] }`,
      ends: [...late, "threw", "returned"],
    },
    {
      name: "message-getter-thrown",
      program: "const e = new Error('x'); Object.defineProperty(e, 'message', { get() { for (;;); } }); throw e",
      ends: [...late, "threw"],
    },
    {
      name: "stack-getter-thrown",
      program: "const e = new Error('x'); Object.defineProperty(e, 'stack', { get() { for (;;); } }); throw e",
      ends: [...late, "threw"],
    },
    {
      name: "to-string-thrown",
      program: "throw { toString() { for (;;); }, [Symbol.toPrimitive]() { for (;;); }, get name() { for (;;); } }",
      ends: [...late, "threw"],
    },
    {
      name: "inspection-of-thrown",
      program: "throw { [Symbol.for('nodejs.util.inspect.custom')]() { for (;;); } }",
      ends: [...late, "threw"],
    },
    {
      name: "proxy-thrown",
      program:
        "const loop = () => { for (;;); }; throw new Proxy(new Error(), { get: loop, has: loop, getPrototypeOf: loop, ownKeys: loop })",
      ends: [...late, "threw"],
    },
    { name: "stack-preparation", program: "Error.prepareStackTrace = () => { for (;;); }; null.x", ends: late },
    { name: "exit-listener", program: "process.on('exit', () => { for (;;); })", ends: late },
    { name: "exit-listener-of-exit", program: "process.on('exit', () => { for (;;); }); process.exit(0)", ends: late },
    {
      name: "before-exit-again",
      program: "process.on('beforeExit', () => setImmediate(() => {}))",
      ends: lateOrWaiting,
    },
    {
      name: "uncaught-again",
      program: "process.on('uncaughtException', () => { setImmediate(() => { throw 1 }) }); throw 2",
      ends: lateOrWaiting,
    },
    {
      name: "uncaught-loop",
      program: "process.on('uncaughtException', () => { for (;;); }); throw 2",
      ends: late,
    },
    { name: "caught-termination", program: "for (;;) try { for (;;); } catch {} finally { continue }", ends: late },
    {
      name: "caught-termination-later",
      program:
        "const again = () => { try { for (;;); } catch {} finally { setImmediate(again); Promise.resolve().then(again); process.nextTick(again) } }; again()",
      ends: late,
    },
    {
      name: "generator-closed-for-ever",
      program: "function* g() { try { yield 1 } finally { for (;;); } } for (const x of g()) break",
      ends: late,
    },
    {
      name: "vm-timeout-caught",
      program:
        "const vm = require('vm'); for (;;) try { vm.runInNewContext('for (;;);', {}, { timeout: 20 }) } catch {}",
      ends: [...late, "wall-time-limit"],
    },
    { name: "expression-backtracking", program: "/^(a+)+$/.test('a'.repeat(50) + 'b')", ends: late },
    {
      name: "expression-lookbehind",
      program: "/(?<=(x+x+)+y)z/.test('x'.repeat(60) + 'z'.repeat(1e5))",
      ends: [...late, "returned"],
    },
    { name: "bigint-to-string", program: "((1n << 900000000n) - 1n).toString()", ends: anyEnd },
    { name: "bigint-power", program: "let n = 3n ** 4000000n; for (let i = 0; i < 5; i++) n = n * n", ends: anyEnd },
    { name: "normalisation", program: "'\\u1E9B\\u0323'.repeat(1e7).normalize('NFKD')", ends: anyEnd },
    {
      name: "comparison",
      program: "const s = '\\u00e9'.repeat(1e7); for (;;) s.localeCompare(s + 'b', 'de')",
      ends: anyEnd,
    },
    { name: "native-stringify", program: "JSON.stringify(new Array(1 << 24).fill('aaaaaaaaaaaaaaaa'))", ends: anyEnd },
    { name: "native-join", program: "new Array(2 ** 32 - 1).join('')", ends: anyEnd },
    {
      name: "native-includes",
      program: "Array.prototype.includes.call({ length: 2 ** 53 - 1 }, 1)",
      ends: lateOrWaiting,
    },
    {
      name: "native-sort",
      program: "new Float64Array(5e6).map(Math.random).sort((a, b) => a < b ? 1 : -1)",
      ends: lateOrFull,
    },
    {
      name: "native-sort-that-lies",
      program: "new Array(5e5).fill(0).map((_, i) => i).sort(() => { for (;;); })",
      ends: late,
    },
    { name: "native-replace", program: "for (let s = 'ab'.repeat(1e6); ; ) s = s.replaceAll('a', 'ba')", ends: anyEnd },
    {
      name: "native-clone",
      program: "structuredClone(new Array(5e6).fill(0).map((_, i) => ({ i })))",
      ends: lateOrFull,
    },
    {
      name: "native-inspection",
      program:
        "require('util').inspect(Array.from({ length: 3e5 }, (_, i) => ({ i, a: [[[[i]]]] })), { depth: Infinity, maxArrayLength: Infinity })",
      ends: anyEnd,
    },
    {
      name: "native-types-stripped",
      program: "require('module').stripTypeScriptTypes('let a: number = 1;'.repeat(1e6))",
      ends: anyEnd,
    },
    { name: "native-url", program: "for (;;) new URL('http://a/' + '%41'.repeat(1e6))", ends: anyEnd },
    { name: "endless-iterable", program: "[...{ *[Symbol.iterator]() { for (;;) yield } }]", ends: lateOrFull },
    {
      name: "endless-array-from-async",
      program: "Array.fromAsync({ async *[Symbol.asyncIterator]() { for (;;) yield 1 } })",
      ends: lateOrFull,
    },
    {
      name: "endless-iterator-helpers",
      program: "(function* () { for (;;) yield 1 })().filter(() => false).toArray()",
      ends: late,
    },
    {
      name: "endless-promise-all",
      program: "Promise.all({ *[Symbol.iterator]() { for (;;) yield 1 } })",
      ends: lateOrFull,
    },
    {
      name: "finaliser-that-loops",
      program:
        "const r = new FinalizationRegistry(() => { for (;;); }); (() => r.register({}, 1))(); setInterval(() => new Array(1e6).fill({}), 1)",
      ends: lateOrWaiting,
    },
    {
      name: "system-calls",
      program: "const fs = require('fs'); for (;;) fs.existsSync('/workspace')",
      ends: lateOrWaiting,
    },
    {
      name: "stdin-read-for-ever",
      program: "const fs = require('fs'); for (;;) fs.readSync(0, Buffer.alloc(1))",
      ends: [...lateOrWaiting, "threw"],
    },
  ],
};
