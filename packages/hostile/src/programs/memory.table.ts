import type { OutcomeKind } from "vivarium";
import type { HostileProgram, ProgramGroup } from "../hostile-program.ts";

/** A buffer that does not fit is refused with a `RangeError`, everything else ends the run. */
const full: readonly OutcomeKind[] = ["out-of-memory"];
const refused: readonly OutcomeKind[] = ["out-of-memory", "process-memory-limit", "threw"];
/** It may run out of time before it runs out of memory. */
const fullOrLate: readonly OutcomeKind[] = ["out-of-memory", "cpu-time-limit"];
const anyEnd: readonly OutcomeKind[] = [
  "out-of-memory",
  "process-memory-limit",
  "threw",
  "cpu-time-limit",
  "wall-time-limit",
];

/** Long enough for a busy machine to give a program the memory that it asks for. */
const limits = { cpuTimeLimitMs: 3_000, wallTimeLimitMs: 6_000 };

const programs: readonly HostileProgram[] = [
  { name: "heap-arrays", program: "const all = []; for (;;) all.push(new Array(1e5).fill(1.5))", ends: full },
  { name: "heap-list", program: "let list; for (;;) list = { list, a: 1, b: 2 }", ends: full },
  {
    name: "heap-in-scripts-with-a-time",
    program:
      "const vm = require('vm'); const all = []; for (;;) try { vm.runInNewContext('for (;;) all.push(new Array(1e4).fill(1.5))', { all }, { timeout: 3 }); } catch {}",
    ends: fullOrLate,
  },
  {
    name: "profilers-of-collections",
    program:
      "const { GCProfiler } = require('v8'); const all = []; for (;;) { const profiler = new GCProfiler(); profiler.start(); all.push(profiler, new Array(1e4).fill({})); if (all.length % 100 === 0) all.push(all[0].stop()) }",
    ends: fullOrLate,
  },
  {
    name: "heap-closures",
    program: "const all = []; for (let i = 0; ; i++) all.push(() => i)",
    ends: full,
  },
  {
    name: "heap-caught",
    program: "const all = []; for (;;) try { for (;;) all.push(new Array(1e5).fill({})) } catch {}",
    ends: full,
  },
  {
    name: "heap-at-exit",
    program: "process.on('exit', () => { const all = []; for (;;) all.push(new Array(1e5).fill(1.5)) })",
    ends: full,
  },
  { name: "string-doubling", program: "let s = 'x'; for (;;) s += s", ends: refused },
  {
    name: "string-copies",
    program: "const all = []; for (let i = 0; ; i++) all.push(('x'.repeat(1e6) + i).toUpperCase())",
    ends: full,
  },
  {
    name: "string-wide",
    program: "const all = []; for (let i = 0; ; i++) all.push(('\\u4e00'.repeat(5e5) + i).replace('0', '1'))",
    ends: anyEnd,
  },
  {
    name: "string-rope",
    program: "let s = ''; for (let i = 0; i < 3e6; i++) s = 'a' + s + 'b'; module.exports = s.charCodeAt(1)",
    ends: [...fullOrLate, "threw", "returned"],
  },
  {
    name: "text-long",
    program: "const bytes = Buffer.alloc(8 * 2 ** 20, 65); const all = []; for (;;) all.push(bytes.toString('latin1'))",
    ends: refused,
  },
  {
    name: "text-of-all-lengths",
    program:
      "const bytes = Buffer.alloc(16 * 2 ** 20, 65); const all = []; for (let i = 0; ; i++) try { all[i % 5] = bytes.toString('latin1', 0, 2 ** 20 + ((i * 7919) % 15) * 2 ** 20 + i) } catch {}",
    ends: anyEnd,
  },
  {
    name: "text-then-heap",
    program:
      "const bytes = Buffer.alloc(2 ** 20, 65); for (let i = 0; i < 200; i++) bytes.toString('hex'); const all = []; for (;;) all.push(new Array(1e5).fill(1.5))",
    ends: full,
  },
  { name: "string-join", program: "new Array(2 ** 27).join('some text')", ends: anyEnd },
  { name: "property-names", program: "const o = {}; for (let i = 0; ; i++) o['key' + i] = i", ends: fullOrLate },
  { name: "symbols", program: "for (let i = 0; ; i++) Symbol.for('x'.repeat(500) + i)", ends: fullOrLate },
  { name: "buffers", program: "const all = []; for (;;) all.push(Buffer.alloc(1e6, 1))", ends: refused },
  {
    name: "buffers-caught",
    program: "const all = []; for (;;) try { all.push(new Uint8Array(1e6).fill(1)) } catch {}",
    ends: anyEnd,
  },
  {
    name: "buffers-resizable",
    program: `const all = [];
        for (;;) {
          const buffer = new ArrayBuffer(0, { maxByteLength: 2 ** 26 });
          for (let size = 2 ** 16; size <= 2 ** 26; size *= 2) { buffer.resize(size); new Uint8Array(buffer).fill(1) }
          all.push(buffer);
        }`,
    ends: refused,
  },
  {
    name: "buffers-reserved",
    program: "const all = []; for (;;) all.push(new ArrayBuffer(1, { maxByteLength: 2 ** 30 }))",
    ends: anyEnd,
  },
  {
    name: "buffers-growable",
    program: `const all = [];
        for (;;) {
          const buffer = new SharedArrayBuffer(1, { maxByteLength: 2 ** 28 });
          buffer.grow(2 ** 25);
          new Uint8Array(buffer).fill(1);
          all.push(buffer);
        }`,
    ends: anyEnd,
  },
  {
    name: "buffers-moved",
    program: `const all = [];
        for (;;) {
          const buffer = new ArrayBuffer(1e6);
          new Uint8Array(buffer).fill(1);
          all.push(buffer.transfer(2e6), structuredClone(new ArrayBuffer(1e6)));
        }`,
    ends: refused,
  },
  {
    name: "wasm-memory-grown",
    program: `const memory = new WebAssembly.Memory({ initial: 1 });
        for (;;) { memory.grow(64); new Uint8Array(memory.buffer).fill(1, -64 * 65536) }`,
    ends: refused,
  },
  {
    name: "wasm-memories-shared",
    program: `const all = [];
        for (;;) {
          const memory = new WebAssembly.Memory({ initial: 200, maximum: 60000, shared: true });
          new Uint8Array(memory.buffer).fill(1);
          all.push(memory);
        }`,
    ends: anyEnd,
  },
  {
    name: "database-in-memory",
    program: `const { DatabaseSync } = require("node:sqlite");
      const db = new DatabaseSync(":memory:");
      db.exec("CREATE TABLE t (a)");
      for (const insert = db.prepare("INSERT INTO t VALUES (randomblob(1000000))");;) insert.run();`,
    limits,
    ends: anyEnd,
  },
  {
    name: "databases",
    program: `const { DatabaseSync } = require("node:sqlite");
      const all = [];
      for (;;) {
        const db = new DatabaseSync(":memory:");
        db.exec("CREATE TABLE t (a); INSERT INTO t VALUES (randomblob(100000))");
        all.push(db, db.prepare("SELECT a FROM t").iterate());
      }`,
    limits,
    ends: anyEnd,
  },
  {
    name: "wasm-tables",
    program: "const all = []; for (;;) all.push(new WebAssembly.Table({ initial: 1e6, element: 'anyfunc' }))",
    ends: anyEnd,
  },
  {
    name: "wasm-modules",
    program: `const header = new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0]);
        const all = [];
        for (let i = 0; ; i++) {
          const name = Buffer.from('s' + i);
          all.push(new WebAssembly.Module(Buffer.concat([header, Buffer.from([0, name.length + 1, name.length]), name])));
        }`,
    ends: anyEnd,
  },
  { name: "map", program: "const map = new Map(); for (let i = 0; ; i++) map.set(i, [i])", ends: anyEnd },
  { name: "set", program: "const set = new Set(); for (let i = 0; ; i++) set.add('member' + i)", ends: anyEnd },
  {
    name: "weak-map-chain",
    program:
      "const map = new WeakMap(); let key = {}; for (;;) { const next = {}; map.set(key, next); map.set(next, key) }",
    ends: [...fullOrLate, "returned"],
  },
  { name: "bigint-squared", program: "let n = 3n; for (;;) n *= n", ends: anyEnd },
  {
    name: "bigint-many",
    program: "const all = []; for (let i = 0n; ; i++) all.push((1n << 1000000n) + i)",
    ends: full,
  },
  {
    name: "json-stringify",
    program: "JSON.stringify(new Array(1 << 22).fill('aaaaaaaaaaaaaaaa'.repeat(64)))",
    ends: anyEnd,
  },
  {
    name: "json-indented",
    program:
      "let deep = []; for (let i = 0; i < 3000; i++) deep = [deep, deep.length]; for (;;) JSON.stringify(deep, null, 10)",
    ends: anyEnd,
  },
  { name: "json-parse", program: "JSON.parse('[' + '[[1],'.repeat(5e6) + '1]')", ends: anyEnd },
  { name: "json-parse-deep", program: "JSON.parse('['.repeat(2e7))", ends: anyEnd },
  {
    name: "expressions",
    program:
      "const all = []; for (let i = 0; ; i++) { const e = new RegExp('(?:ab|c)+'.repeat(2000) + i); e.test('ab'); all.push(e) }",
    ends: anyEnd,
  },
  {
    name: "expression-matches",
    program: "const all = []; for (;;) all.push(['ab'.repeat(1e5).matchAll(/(a)(b)/g).toArray()])",
    ends: anyEnd,
  },
  { name: "expression-stack", program: "/(?:(a)|b|(c))*d/.exec('ab'.repeat(2e7))", ends: anyEnd },
  { name: "recursion", program: "(function deeper(a) { return deeper([a]) + 1 })()", ends: refused },
  {
    name: "recursion-caught",
    program: "function deeper() { try { deeper() } finally { deeper() } } deeper()",
    ends: anyEnd,
  },
  {
    name: "recursion-through-native-code",
    program: `const object = { toJSON() { return JSON.stringify(this) } };
        const roads = [
          () => JSON.stringify(object),
          function sort() { [2, 1].sort(sort) },
          function replace() { 'a'.replace(/a/, replace) },
          function reflect() { Reflect.construct(reflect, []) },
          () => { const p = new Proxy({}, { get: (t, k, r) => r[k] }); p.x },
          () => { const o = { get x() { return structuredClone(o) } }; structuredClone(o) },
        ];
        module.exports = roads.map((road) => { try { road(); return 'no error' } catch (error) { return error.name } })`,
    ends: ["returned"],
    answer: new Array(6).fill("RangeError"),
  },
  {
    name: "chain-of-proxies",
    program: "let p = {}; for (let i = 0; i < 5e5; i++) p = new Proxy(p, {}); p.x",
    ends: refused,
  },
  {
    name: "chain-of-bound-functions",
    program: "let f = () => {}; for (let i = 0; i < 5e5; i++) f = f.bind(null, i); f()",
    ends: anyEnd,
  },
  {
    name: "source-nested",
    program:
      "for (const open of ['(', '[', '{a:', '`$' + '{', 'async()=>', '-']) try { eval(open.repeat(1e6)) } catch {} module.exports = 1",
    ends: [...anyEnd, "returned"],
  },
  {
    name: "error-stacks",
    program: `Error.stackTraceLimit = Infinity;
        const all = [];
        const deep = (n) => { if (n === 0) { for (;;) all.push(new Error('x')) } deep(n - 1) };
        deep(1000)`,
    ends: fullOrLate,
  },
  {
    name: "error-call-sites",
    program: `Error.prepareStackTrace = (error, sites) => sites; Error.stackTraceLimit = 200;
        const all = [];
        const deep = (n) => { if (n === 0) { for (;;) all.push(new Error('x').stack) } deep(n - 1) };
        deep(200)`,
    ends: fullOrLate,
  },
  {
    name: "error-causes",
    program: "let error; for (;;) error = new AggregateError([error], 'x'.repeat(100), { cause: error })",
    ends: fullOrLate,
  },
  {
    name: "intl-formatters",
    program: `const all = [];
        for (let i = 0; ; i++) {
          all.push(new Intl.DateTimeFormat(['ar', 'th', 'ja'][i % 3], { timeZone: 'Europe/Berlin', dateStyle: 'full' }).format(i));
          all.push(new Intl.NumberFormat('de', { style: 'currency', currency: 'EUR' }));
        }`,
    ends: anyEnd,
  },
  {
    name: "intl-segments",
    program: "module.exports = [...new Intl.Segmenter('th', { granularity: 'word' }).segment('ก'.repeat(3e6))].length",
    ends: [...anyEnd, "returned"],
  },
  { name: "array-of-holes", program: "const a = []; a[2 ** 32 - 2] = 1; a.fill(1.5)", ends: anyEnd },
  {
    name: "array-joined-with-itself",
    program: "let a = [1]; for (;;) a = a.concat(a)",
    ends: anyEnd,
  },
  {
    name: "array-at-once",
    program: "const all = []; for (;;) all.push(new Array(2 ** 24).fill(1.5))",
    ends: refused,
  },
  {
    name: "string-flattened",
    program: "let s = 'x'; while (s.length < 2 ** 28) s += s; module.exports = s.charCodeAt(5)",
    ends: [...anyEnd, "returned"],
  },
  {
    name: "promises",
    program: "const all = []; for (;;) all.push(new Promise(() => {}).then(() => {}))",
    ends: full,
  },
  {
    name: "promise-jobs",
    program: "for (;;) Promise.resolve(new Array(100)).then((a) => a)",
    ends: anyEnd,
  },
  {
    name: "generators",
    program:
      "const all = []; for (;;) { const g = (function* () { const a = new Array(100).fill(0); yield a })(); g.next(); all.push(g) }",
    ends: full,
  },
  {
    name: "functions-of-text",
    program:
      "const all = []; for (let i = 0; ; i++) all.push(eval('(function f' + i + '() { /*' + 'x'.repeat(1e5) + '*/ })'))",
    ends: anyEnd,
  },
  {
    name: "contexts",
    program: "const vm = require('vm'); const all = []; for (;;) all.push(vm.createContext({}))",
    ends: anyEnd,
  },
  {
    name: "clones",
    program:
      "const all = []; const big = new Map(Array.from({ length: 1e5 }, (_, i) => [i, { i }])); for (;;) all.push(structuredClone(big))",
    ends: fullOrLate,
  },
  {
    name: "weak-references",
    program: "for (;;) new WeakRef(new Array(1000).fill(1.5))",
    ends: fullOrLate,
  },
  {
    name: "blobs",
    program: "const all = []; for (;;) all.push(new Blob(['x'.repeat(1e6), ...all.slice(-1)]))",
    ends: anyEnd,
  },
  {
    name: "finalisers",
    program:
      "const registry = new FinalizationRegistry(() => {}); const all = []; for (;;) { const o = {}; all.push(o); registry.register(o, new Array(100)) }",
    ends: fullOrLate,
  },
  {
    name: "template-objects",
    program:
      "const tag = (s) => s; const all = []; for (let i = 0; ; i++) all.push(eval('tag`' + 'x'.repeat(1e5) + i + '`'))",
    ends: anyEnd,
  },
];

/** Programs that want more memory than they may have. */
export const memoryPrograms: ProgramGroup = {
  name: "memory",
  programs: programs.map((program) => ({ limits, ...program })),
};
