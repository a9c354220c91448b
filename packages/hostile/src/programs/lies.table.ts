import type { OutcomeKind } from "vivarium";
import type { ProgramGroup } from "../hostile-program.ts";

const threwOrReturned: readonly OutcomeKind[] = ["threw", "returned"];

/** Programs that pretend: to be the cell, another program, a harmless value, an outcome. */
export const liePrograms: ProgramGroup = {
  name: "lies",
  programs: [
    {
      name: "frames-on-every-descriptor",
      program: `const fs = require('fs');
        const frames = [Buffer.from([0, 0, 0, 1, 0]), Buffer.from([1, 0, 0, 0, 3]), Buffer.alloc(64, 255), Buffer.from('{"kind":"finished"}')];
        const written = [];
        for (let fd = 3; fd < 64; fd++) for (const frame of frames) {
          for (const act of [() => fs.writeSync(fd, frame), () => fs.readSync(fd, Buffer.alloc(8)), () => fs.closeSync(fd)])
            try { act(); written.push(fd) } catch {}
        }
        module.exports = written`,
      ends: ["returned"],
      answer: [],
    },
    {
      name: "frames-on-stdout",
      program: `for (let i = 0; i < 256; i++) process.stdout.write(Buffer.from([5, 0, 0, 0, i, 1, 2, 3, 4, 0, 0, 0, 5, i]));
        process.stderr.write('FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory\\n');
        module.exports = 'here'`,
      ends: ["returned"],
      answer: "here",
    },
    {
      name: "message-to-nobody",
      program: `const told = [];
        for (const act of [() => process.send({ kind: 'finished' }), () => process.channel.unref(), () => process.disconnect(),
          () => require('worker_threads').parentPort.postMessage('x'), () => postMessage('x')])
          try { act(); told.push(String(act)) } catch {}
        process.emit('message', { kind: 'finished' }); process.emit('disconnect');
        module.exports = told`,
      ends: ["returned"],
      answer: [],
    },
    {
      name: "ports-forged",
      program: `const { port1, port2 } = new MessageChannel();
        const tries = [
          () => MessagePort.prototype.postMessage.call({}, 1),
          () => MessagePort.prototype.postMessage.call(Object.create(port1), 1),
          () => port1.postMessage(port1, [port1]),
          () => port1.postMessage(1, [{}]),
          () => structuredClone(Object.create(MessagePort.prototype), { transfer: [Object.create(MessagePort.prototype)] }),
          () => Reflect.construct(MessagePort, []),
        ];
        module.exports = tries.map((act) => { try { act(); return 'worked' } catch { return 'refused' } });
        port1.close(); port2.close()`,
      ends: ["returned"],
      answer: new Array(6).fill("refused"),
    },
    {
      name: "port-closed-in-its-own-message",
      program: `const { port1, port2 } = new MessageChannel();
        port2.onmessage = () => { port2.close(); port1.close(); port1.postMessage(1); structuredClone(port2, { transfer: [port2] }) };
        port1.postMessage(new Proxy({}, {}).x); port1.postMessage(2)`,
      ends: threwOrReturned,
    },
    {
      name: "positions-and-descriptors",
      program: `const fs = require('fs'); const b = Buffer.from('x'); const f = '/workspace/f';
        const fd = fs.openSync(f, 'w+'); const added = fs.openSync(f, 'a');
        for (const position of [-1, -2, 0.5, 2 ** 31, 2 ** 53, NaN, 2n ** 63n - 1n])
          for (const act of [() => fs.writeSync(fd, b, 0, 1, position), () => fs.writeSync(added, b, 0, 1, position),
            () => fs.ftruncateSync(fd, position), () => fs.readSync(fd, b, 0, 1, position)]) try { act() } catch {}
        fs.ftruncateSync(fd, 0); fs.unlinkSync(f); fs.writeSync(added, 'ab'); fs.closeSync(fd);
        try { fs.closeSync(fd) } catch {}
        const again = fs.openSync(f, 'wx'); fs.writeSync(again, 'c');
        module.exports = [again === fd, fs.readFileSync(f, 'latin1'), fs.fstatSync(added).size]`,
      ends: ["returned"],
      answer: [true, "c", 2],
    },
    {
      name: "output-descriptor-closed",
      program: `const fs = require('fs'); fs.closeSync(1); fs.closeSync(2);
        const files = [1, 2, 3].map((n) => fs.openSync('/workspace/' + n, 'w'));
        for (const fd of [1, 2, ...files]) try { fs.writeSync(fd, 'x'.repeat(1000)) } catch {}
        module.exports = files.every((fd, n) => fs.readFileSync('/workspace/' + (n + 1)).every((c) => c === 120))`,
      ends: ["returned"],
      answer: true,
    },
    {
      name: "revoked-proxy-exported",
      program: "const { proxy, revoke } = Proxy.revocable([], {}); revoke(); module.exports = { a: [proxy] }",
      ends: ["unexportable"],
    },
    {
      name: "getters-of-getters",
      program: "const next = () => ({ get next() { return next() } }); module.exports = next()",
      ends: ["unexportable"],
    },
    {
      name: "array-that-grows-while-it-is-read",
      program: `const list = [0, 1]; module.exports = list;
        Object.defineProperty(list, 0, { enumerable: true, get() { for (let i = 0; i < 1e5; i++) list.push({}); return 'first' } })`,
      ends: ["returned"],
      answer: ["first", 1],
    },
    {
      name: "polluted-object-prototype",
      program: `const names = ['kind', 'code', 'outcome', 'exports', 'errorMessage', 'then', 'get', 'set', 'value', 'toJSON', 'length', 'limits', 'signal', '0'];
        for (const name of names) Object.defineProperty(Object.prototype, name, { configurable: true, get() { return 'forged' }, set() {} });
        module.exports = { own: 1 }`,
      ends: [...threwOrReturned, "unexportable"],
    },
    {
      name: "polluted-values",
      program:
        "Object.prototype.polluted = 1; Object.prototype.kind = 'forged'; Array.prototype.polluted = 1; Error.prototype.name = 'Forged'; module.exports = { a: [1] }",
      ends: ["returned"],
      answer: { a: [1] },
    },
    {
      name: "own-proto-key",
      program: `module.exports = JSON.parse('{"__proto__": {"polluted": 1}, "constructor": {"prototype": {"polluted": 1}}, "hasOwnProperty": 1}')`,
      ends: ["returned"],
    },
    {
      name: "replaced-array-methods",
      program:
        "for (const name of Object.getOwnPropertyNames(Array.prototype)) if (name !== 'constructor' && name !== 'length') Array.prototype[name] = () => { throw 'forged' }; module.exports = [1, { a: 2 }]",
      ends: threwOrReturned,
      answer: [1, { a: 2 }],
    },
    {
      name: "replaced-everything",
      program: `module.exports = { a: new Map([[1, new Set([2])]]) };
        for (const holder of [Map, Set, WeakMap, Promise, String, Number, RegExp, Function, Reflect, Object, JSON, Math, Uint8Array, DataView, ArrayBuffer, Symbol, Error, Date])
          for (const target of [holder, holder.prototype]) if (target) for (const name of Reflect.ownKeys(target)) try { target[name] = () => 'forged' } catch {}`,
      ends: threwOrReturned,
    },
    {
      name: "replaced-globals",
      program:
        "for (const name of Object.getOwnPropertyNames(globalThis)) if (name !== 'globalThis') try { globalThis[name] = () => { throw 'forged' } } catch {} module.exports = { a: 1 }",
      ends: threwOrReturned,
    },
    {
      name: "replaced-call",
      program: `const seen = [];
        const call = Function.prototype.call, apply = Reflect.apply, get = WeakMap.prototype.get;
        Function.prototype.call = function (...a) { seen.push(this); return apply(call, this, a) };
        WeakMap.prototype.get = function (k) { seen.push(k); return apply(get, this, [k]) };
        process.emit('SIGWINCH'); require('fs').readFileSync('/given.txt'); console.log('x'); setTimeout(() => {}, 1);
        const forbidden = seen.filter((s) => s && typeof s === 'object' && ('calls' in s || 'native' in s || 'applySync' in s));
        module.exports = forbidden.length`,
      ends: ["returned"],
      answer: 0,
    },
    {
      name: "replaced-iterators",
      program: `const A = Object.getPrototypeOf([][Symbol.iterator]());
        A.next = () => ({ done: true }); Array.prototype[Symbol.iterator] = function* () { yield 'forged' };
        String.prototype[Symbol.iterator] = null; Map.prototype.entries = Set.prototype.values = null;
        module.exports = { list: [1, 2], map: 3 }`,
      ends: threwOrReturned,
      answer: { list: [1, 2], map: 3 },
    },
    {
      name: "thenable-exports",
      program: "module.exports = { then(resolve) { resolve('forged') } }",
      ends: ["unexportable"],
    },
    {
      name: "thenable-getter",
      program: "module.exports = { get then() { return 'data' } }",
      ends: ["returned"],
      answer: JSON.parse('{"then": "data"}'),
    },
    {
      name: "thenable-namespace",
      program: "export function then(resolve) { resolve({ forged: true }) }",
      filePath: "/workspace/program.mjs",
      ends: ["unexportable", "returned", "threw"],
    },
    { name: "promise-exports", program: "module.exports = Promise.resolve(1)", ends: ["unexportable", "returned"] },
    {
      name: "proxy-exports",
      program: "module.exports = { p: new Proxy([], { get: () => 1 }) }",
      ends: ["unexportable"],
    },
    {
      name: "proxy-revoked",
      program: "const { proxy, revoke } = Proxy.revocable([], {}); revoke(); module.exports = { proxy }",
      ends: ["unexportable"],
    },
    {
      name: "getter-that-throws",
      program: "module.exports = { get a() { throw new Proxy({}, { get() { throw 1 } }) } }",
      ends: ["unexportable"],
    },
    {
      name: "getter-that-changes-the-array",
      program:
        "const a = [1, 2, 3, 4]; Object.defineProperty(a, 0, { get() { a.length = 1; a.push(...new Array(1000).fill('x')); return 0 }, enumerable: true }); module.exports = a",
      ends: ["returned", "unexportable"],
    },
    {
      name: "getter-that-shrinks-a-buffer",
      program: `const buffer = new ArrayBuffer(4096, { maxByteLength: 8192 });
        const view = new Uint8Array(buffer);
        module.exports = { view, get a() { buffer.resize(0); return new Uint8Array(buffer) }, buffer, late: new DataView(new ArrayBuffer(8)), get b() { buffer.resize(8192); return view } }`,
      ends: ["returned", "unexportable"],
    },
    {
      name: "getter-that-detaches-a-buffer",
      program:
        "const u = new Uint8Array(1e6); module.exports = { get a() { structuredClone(u.buffer, { transfer: [u.buffer] }); return 1 }, u }",
      ends: ["returned", "unexportable"],
    },
    {
      name: "getter-that-grows-the-map",
      program:
        "const map = new Map([[1, { get a() { for (let i = 0; i < 1000; i++) map.set({}, i); return 1 } }], [2, 2]]); module.exports = map",
      ends: ["returned", "unexportable"],
    },
    {
      name: "buffer-shared",
      program: "module.exports = new Uint8Array(new SharedArrayBuffer(8))",
      ends: ["unexportable"],
    },
    {
      name: "lengths-forged",
      program: `const u = new Uint8Array(4); for (const name of ['length', 'byteLength', 'byteOffset', 'buffer']) Object.defineProperty(u, name, { value: 2 ** 40 });
        const d = new Date(0); d.__proto__ = Map.prototype; const m = new Map([[1, 2]]); m.__proto__ = Date.prototype; Object.defineProperty(m, 'size', { value: 2 ** 40 });
        module.exports = [u.slice ? u : u, m]`,
      ends: ["returned", "unexportable"],
    },
    {
      name: "species",
      program: `class Forged extends Array { static get [Symbol.species]() { return function () { return new Proxy([], { set() { throw 1 } }) } } }
        Object.defineProperty(Array, Symbol.species, { get() { return Forged } });
        Object.defineProperty(Promise, Symbol.species, { get() { return class { constructor(f) { f(() => {}, () => {}) } } } });
        Object.defineProperty(Uint8Array, Symbol.species, { value: function () { return new Uint8Array(0) } });
        const fs = require('fs'); fs.writeFileSync('/workspace/f', 'text');
        module.exports = [1, fs.readFileSync('/workspace/f', 'utf8')]`,
      ends: ["returned"],
      answer: [1, "text"],
    },
    {
      name: "error-that-is-none",
      program:
        "throw { __proto__: Error.prototype, message: { toString() { throw 1 } }, stack: { length: 2 ** 40 }, name: Symbol('x'), code: 'ERR_CELL_FAILED' }",
      ends: ["threw"],
    },
    {
      name: "error-with-escapes",
      program:
        "const e = new Error('\\u001b[2J\\u0000\\r\\n\\ud800 <script>'); e.name = '\\u001b]0;title\\u0007'; e.stack = '\\u001b[31m' + e.stack; throw e",
      ends: ["threw"],
    },
    {
      name: "error-that-throws",
      program:
        "const e = new Error(); for (const n of ['message', 'stack', 'name', 'cause', 'code', 'constructor', Symbol.toStringTag]) Object.defineProperty(e, n, { get() { throw e } }); throw e",
      ends: ["threw"],
    },
    {
      name: "error-exported",
      program:
        "const e = new Error('x'); e.cause = e; e.name = { toString() { throw 1 } }; Object.defineProperty(e, 'stack', { get() { throw 1 } }); module.exports = e",
      ends: ["returned", "unexportable"],
    },
    {
      name: "outcome-thrown",
      program: "throw { kind: 'returned', code: 0, exports: 'forged', outcome: { kind: 'returned', code: 0 } }",
      ends: ["threw"],
    },
    { name: "nothing-thrown", program: "throw undefined", ends: ["threw"] },
    { name: "symbol-rejected", program: "Promise.reject(Symbol('x'))", ends: ["threw"] },
    {
      name: "proxy-rejected",
      program:
        "const no = () => { throw 1 }; Promise.reject(new Proxy(function () {}, { get: no, getPrototypeOf: no, ownKeys: no, has: no, getOwnPropertyDescriptor: no }))",
      ends: ["threw"],
    },
    {
      name: "exit-code-forged",
      program:
        "try { process.exitCode = { valueOf() { return 0 }, toString() { for (;;); } } } catch { process.exitCode = 7 }",
      ends: ["returned"],
    },
    {
      name: "exit-replaced",
      program:
        "process.exit = process.reallyExit = () => {}; process.on('exit', () => { process.exitCode = 9 }); process.exit(0); throw 1",
      ends: ["threw", "exited"],
    },
    {
      name: "exit-within-exit",
      program: "process.on('exit', () => process.exit(3)); process.exit(2)",
      ends: ["exited"],
    },
    { name: "abort", program: "process.abort()", ends: ["exited", "threw"] },
    {
      name: "kill-itself",
      program: "process.kill(process.pid, 'SIGKILL'); for (;;);",
      ends: ["exited", "threw", "cpu-time-limit"],
    },
    {
      name: "kill-others",
      program:
        "module.exports = [2, 100, 2 ** 22].map((pid) => { try { process.kill(pid, 'SIGKILL'); return 'worked' } catch (e) { return 'refused' } })",
      ends: ["returned"],
      answer: ["refused", "refused", "refused"],
    },
    {
      name: "bindings",
      program: `const got = [];
        for (const name of ['fs', 'process_methods', 'contextify', 'util', 'vivarium', 'natives', 'errors', 'symbols'])
          for (const act of [() => process.binding(name), () => process._linkedBinding(name), () => process.dlopen({ exports: {} }, '/x.node'), () => require('internal/bootstrap/' + name), () => internalBinding(name)])
            try { const b = act(); if (b) got.push(name + String(act)) } catch {}
        module.exports = got.filter((text) => !text.includes('process.binding'))`,
      ends: ["returned"],
      answer: [],
    },
    {
      name: "constructor-of-constructors",
      program: `const reach = (o) => { try { return o.constructor.constructor('return globalThis')() === globalThis } catch { return true } };
        const things = [module, require, process, console.log, process.stdout.write, require('fs').readFileSync, setTimeout, process.env, require('fs').promises];
        module.exports = things.every(reach)`,
      ends: ["returned"],
      answer: true,
    },
    {
      name: "call-sites",
      program: `const foreign = [];
        Error.stackTraceLimit = Infinity;
        Error.prepareStackTrace = (e, sites) => { for (const s of sites) { const f = s.getFunction(); if (typeof f === 'function' && !(f instanceof Function)) foreign.push(String(s)); const t = s.getThis(); if (t && (typeof t === 'object') && !(t instanceof Object) && Object.getPrototypeOf(t) !== null) foreign.push(String(s)) } return '' };
        new Error().stack; process.on('exit', () => new Error().stack); setTimeout(() => new Error().stack, 1);
        [2, 1].sort(() => { new Error().stack; return 0 }); module.exports = { get a() { new Error().stack; return foreign } }`,
      ends: ["returned"],
      answer: { a: [] },
    },
    {
      name: "caller-of-callee",
      program:
        "function f() { const out = []; let c = f; for (let i = 0; i < 50 && c; i++) try { c = c.caller; if (c && !(c instanceof Function)) out.push(String(c)) } catch { break } return out } module.exports = f()",
      ends: ["returned"],
      answer: [],
    },
    {
      name: "loader-patched",
      program:
        "const M = require('module'); M._load = M._resolveFilename = M.prototype._compile = () => { throw 'forged' }; M._extensions['.cjs'] = M.wrap = null; M._cache = M._pathCache = null; module.exports = 1; module.loaded = false; module.id = {}",
      ends: threwOrReturned,
      answer: 1,
    },
    {
      name: "module-object-replaced",
      program:
        "Object.defineProperty(module, 'exports', { get() { Object.defineProperty(module, 'exports', { value: 'second' }); return 'first' }, configurable: true })",
      ends: threwOrReturned,
    },
    {
      name: "listeners-turned",
      program:
        "const E = require('events'); E.prototype.emit = E.prototype.on = function () { throw 'forged' }; process.emit = () => { throw 'forged' }; process.nextTick = null; process._tickCallback = null; setTimeout(() => {}, 1)",
      ends: ["threw", "returned"],
    },
    {
      name: "globals-of-next-run",
      program:
        "globalThis.left = 'here'; require('events').defaultMaxListeners = 1; process.env.LEFT = 'here'; process.chdir('/workspace'); process.umask(0o777); process.title = 'left'; module.exports = 1",
      ends: ["returned"],
      answer: 1,
    },
    {
      name: "time-zone-and-locale",
      program:
        "process.env.TZ = '../../etc/passwd\\0'.slice(0, 16); process.env.TZ = 'x'.repeat(1e4); new Date().toString(); Intl.DateTimeFormat = null; module.exports = typeof new Date(0).getHours()",
      ends: ["returned"],
      answer: "number",
    },
    {
      name: "path-of-another",
      program: `const fs = require('fs'); const got = [];
        for (const p of ['/proc/self/environ', '/proc/1/mem', '/etc/passwd', '/dev/mem', '/../../etc/passwd', 'file:///etc/passwd', '\\\\\\\\?\\\\C:\\\\', '/workspace/\\0/etc/passwd', '/dev/fd/3', process.execPath])
          for (const act of [fs.readFileSync, fs.readdirSync, fs.readlinkSync, fs.openSync]) try { act(p); got.push(p) } catch {}
        module.exports = got`,
      ends: ["returned"],
      answer: [],
    },
    {
      name: "text-with-lone-surrogates",
      program: "module.exports = { '\\ud800': '\\udfff\\ud800', ['\\u0000']: '\\ufeff' }",
      ends: ["returned"],
      answer: { "\ud800": "\udfff\ud800", "\u0000": "\ufeff" },
    },
    {
      name: "class-names-forged",
      program:
        "class NodeRuntime { constructor() { this.a = 1 } get [Symbol.toStringTag]() { throw 1 } static [Symbol.hasInstance]() { throw 1 } } module.exports = new NodeRuntime()",
      ends: ["returned", "unexportable"],
    },
  ],
};
