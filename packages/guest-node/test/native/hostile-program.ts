/**
 * A program for a guest that calls every function of the helper with arguments that nobody should pass. It expects
 * `native`, `note` (told before every call) and `seed` as globals. What it throws is caught; only a crash ends it.
 * Afterwards `step("terminate")` makes one call whose callbacks terminate execution, `step("full")` one with hardly any
 * heap left.
 */
export const hostileProgram: string = String.raw`
'use strict';
let state = seed >>> 0;
const random = (below) => {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  return Math.floor((state / 4294967296) * below);
};
const attempt = (action) => { try { return action(); } catch { return undefined; } };

const detached = () => { const b = new ArrayBuffer(16); b.transfer(); return b; };
const shrunk = () => { const b = new ArrayBuffer(64, { maxByteLength: 128 }); const v = new Uint8Array(b, 32, 16); b.resize(8); return v; };
const tracking = () => new Uint8Array(new ArrayBuffer(64, { maxByteLength: 128 }), 8);
const growable = () => new Uint8Array(new SharedArrayBuffer(8, { maxByteLength: 64 }));
const revoked = () => { const { proxy, revoke } = Proxy.revocable({}, {}); revoke(); return proxy; };
const angry = new Proxy({}, new Proxy({}, { get() { throw new Error('trap'); } }));
const angryFunction = new Proxy(function () {}, { apply() { throw new Error('apply'); }, get() { throw new Error('get'); } });
const getters = { get then() { throw new Error('then'); }, get length() { throw new Error('length'); },
  get dataCloneError() { throw new Error('dce'); }, valueOf() { throw new Error('valueOf'); }, toString() { throw new Error('toString'); } };
const symbol = Symbol('s');
const recursive = []; recursive.push(recursive);
let deep = []; for (let i = 0; i < 20000; i++) deep = [deep];
const rope = 'x'.repeat(1 << 20) + '\ud800';
const holes = [1, , 3];
const shrinking = () => { const v = new Uint8Array(new ArrayBuffer(64, { maxByteLength: 128 })); return { view: v, offset: { valueOf() { attempt(() => v.buffer.resize(0)); return 4; } } }; };
const modules = [];
const remember = (value) => { if (pool.length < 400 && value !== undefined) pool.push(value); return value; };

// Text of every width in bytes that lie anywhere, mostly broken, and digits with something between them; some of it long.
const textSize = () => (random(24) === 0 ? 2 ** 20 + random(2 ** 17) : random(400));
const textBytes = () => {
  const bytes = new Uint8Array(textSize() + 2).subarray(random(3));
  const letters = ['abc ', 'é', '漢', '😀', 'ÿa', 'aé漢😀', '\ufeff', '0a', 'QUJD_-+/'];
  native.buffer.fill(bytes, letters[random(letters.length)], 0, bytes.length, 'utf8');
  if (bytes.length > 0) for (let times = random(4); times > 0; times--) bytes[random(bytes.length)] = random(256);
  return bytes;
};
const textDigits = () => {
  const slices = ['hexSlice', 'base64Slice', 'base64urlSlice', 'latin1Slice'];
  const text = native.buffer[slices[random(slices.length)]](textBytes());
  const at = random(text.length + 1);
  return text.slice(0, at) + ['', '=', '\n', '\u0141', 'é', '-', '*'][random(7)] + text.slice(at);
};

const values = [
  () => undefined, () => null, () => true, () => false, () => 0, () => 1, () => 2, () => 4, () => 7, () => -1, () => 1.5, () => NaN, () => Infinity,
  () => -Infinity, () => 2 ** 31, () => -(2 ** 31), () => 2 ** 32, () => 2 ** 53, () => -(2 ** 53), () => 1e300, () => 10n, () => -(10n ** 30n),
  () => '', () => 'utf8', () => 'abc', () => '\ud800', () => 'é€😀', () => rope, () => 'export default 1; await 0', () => 'import x from "y"; import.meta', () => 'throw 1', () => 'let a; let a', () => 'return import("q")',
  () => symbol, () => Symbol.iterator, () => ({}), () => Object.create(null), () => [], () => ['a', 'b'], () => ['a', 1], () => holes, () => recursive, () => deep,
  () => () => {}, () => class {}, () => () => { throw new Error('callback'); }, () => async () => { throw new Error('async'); }, () => function* () {}, () => angryFunction,
  () => Promise.resolve(1), () => Promise.reject(new Error('no')), () => new Promise(() => {}), () => new Map([[1, 2]]), () => new Map([[1, 2]]).entries(), () => new WeakSet([{}]),
  () => new WeakMap(), () => new Date(), () => /x/, () => new Error('e'), () => new SyntaxError('s'), () => revoked(), () => angry, () => getters, () => globalThis, () => native,
  () => new ArrayBuffer(0), () => new ArrayBuffer(33), () => detached(), () => new Uint8Array(detached().transfer ? 8 : 8), () => new Uint8Array(7), () => new Uint8Array(1000).fill(0xe2),
  textBytes, textBytes, textBytes, textDigits, textDigits,
  () => new Uint16Array(9), () => new DataView(new ArrayBuffer(12), 3), () => shrunk(), () => tracking(), () => growable(), () => new SharedArrayBuffer(16), () => new Float64Array(3), () => new Float64Array(20),
  () => new Uint32Array(2), () => new BigInt64Array(4), () => { const v = new Uint8Array(16); v.buffer.transfer(); return v; }, () => new WebAssembly.Module(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0])),
  () => new WebAssembly.Memory({ initial: 1 }).buffer, () => { const s = shrinking(); return s.view; }, () => shrinking().offset,
  () => ({ bytes: new Uint8Array([255, 15, 111, 34]), arrayBuffers: [new ArrayBuffer(4)], sharedArrayBuffers: [1], wasmModules: [] }),
  () => ({ writeHostObject() { return 1; }, readHostObject() { return {}; }, getSharedArrayBufferId: () => 0, getSharedArrayBuffer: () => 5, getWasmModule: () => ({}) }),
  () => new Uint8Array([255, 15, 34, 3, 97, 98, 99]), () => new Uint8Array(Array.from({ length: 40 }, () => random(256))), () => new Uint8Array([255, 15, ...Array.from({ length: 60 }, () => random(256))]),
];
// What runs in the middle of a call, and ends everything when it is armed.
let armed = false;
const fuse = () => { if (armed && random(3) === 0) native.control.terminate(); };
const fused = (target) => new Proxy(target, Object.fromEntries(Object.getOwnPropertyNames(Reflect).map((trap) => [trap, (...args) => { fuse(); return Reflect[trap](...args); }])));
const fuses = [
  () => () => { fuse(); for (let i = 0; i < 1e4; i++); }, () => async () => { fuse(); await 0; fuse(); }, () => fused({ a: 1, b: [2] }), () => fused(function () {}), () => fused([1, 2]), () => fused(class {}),
  () => ({ get a() { fuse(); return 1; }, get then() { fuse(); }, get length() { fuse(); return 2; }, valueOf() { fuse(); return 3; }, toString() { fuse(); return 'é'; } }),
  () => ({ writeHostObject() { fuse(); return 1; }, readHostObject() { fuse(); return {}; }, dataCloneError(m) { fuse(); return new Error(m); }, getSharedArrayBufferId() { fuse(); return 0; }, getSharedArrayBuffer() { fuse(); return new SharedArrayBuffer(1); } }),
  () => ({ [Symbol.toPrimitive]() { fuse(); return 4; } }), () => Object.defineProperty(new Error('e'), 'stack', { get() { fuse(); return 'stack'; } }), () => new Map([[fused({}), 1]]),
  () => 'import "x"; globalThis.fuse(); await 0; globalThis.fuse()', () => 'globalThis.fuse(); this.a', () => 'globalThis.fuse(); return import("q")',
];
globalThis.fuse = fuse;
const pool = [];
const pick = () => { if (pool.length > 0 && random(3) === 0) return pool[random(pool.length)]; return values[random(values.length)](); };

// Honest handles of every kind, for the functions to be given in the wrong places and in the wrong order.
const seedHandles = () => {
  const { contextify, moduleWrap, serdes } = native;
  const script = attempt(() => contextify.compileScript('1+1', 's', 0, 0, undefined, true, undefined, symbol));
  keep('r', script?.script); keep('x', script?.cachedData);
  keep('x', attempt(() => contextify.compileFunction('return 1', 'f', 0, 0, undefined, true, undefined, [], ['a'], symbol))?.cachedData);
  keep('c', attempt(() => contextify.makeContext({ a: 1, get b() { throw 1; } }, 'n', undefined, true, true, random(2) === 0, symbol)));
  keep('c', attempt(() => contextify.makeContext(symbol, 'n', undefined, false, false, false, symbol)));
  keep('c', attempt(() => contextify.makeContext(new Proxy({}, {}), 'n', undefined, true, true, false, symbol)));
  keep('c', attempt(() => contextify.makeContext(revoked(), 'n', undefined, true, true, false, symbol)));
  const a = keep('m', attempt(() => moduleWrap.createSourceTextModule('a', undefined, 'import "b"; export default 1; export let x = import.meta'))?.handle);
  const b = keep('m', attempt(() => moduleWrap.createSourceTextModule('b', undefined, random(2) ? 'import "a"; await 0' : 'throw new Error("b")'))?.handle);
  const c = keep('m', attempt(() => moduleWrap.createSyntheticModule('c', undefined, ['default', 'default'], () => { attempt(() => moduleWrap.evaluate(c)); attempt(() => moduleWrap.setExport(c, 'default', c)); if (random(2)) throw 1; }))?.handle);
  if (random(2)) { attempt(() => moduleWrap.link(a, [b])); attempt(() => moduleWrap.link(b, [a])); }
  const evil = { writeHostObject(o) { pool[random(pool.length)]; attempt(() => serdes.releaseBuffer(s)); attempt(() => serdes.writeValue(s, o)); }, dataCloneError(m) { attempt(() => serdes.releaseBuffer(s)); return new Error(m); } };
  const s = keep('w', attempt(() => serdes.createSerializer(evil)));
  const d = keep('d', attempt(() => serdes.createDeserializer(new Uint8Array([255, 15, ...Array.from({ length: 60 }, () => random(256))]), { readHostObject() { return serdes.readValue(d) ?? {}; } })));
  attempt(() => serdes.readHeader(d));
  attempt(() => native.heap.watchCollections(random(3) > 0));
  keep('v', new Float64Array(1024));
  keep('g', attempt(() => serdes.writeMessage({ a: new Map([[{}, new Set([1n])]]) }, [], {})));
  const { httpParser } = native;
  const parser = keep('h', attempt(() => httpParser.create((event, bytes) => {
    if (random(4) === 0) for (const f of ['execute', 'finish', 'initialize', 'pause']) attempt(() => httpParser[f](parser, f === 'execute' ? httpBytes() : random(3), random(3) * 40, random(2048)));
    if (random(30) === 0) throw new Error('heard');
    return random(4);
  })));
  attempt(() => httpParser.initialize(parser, 1 + random(2), random(2) ? 16384 : random(300), random(4) ? 0 : random(2048)));
  const { http2 } = native;
  const options = new Uint32Array(14).map(() => (random(2) ? random(20) : random(2 ** 32)));
  options[13] = random(2) ? 0 : random(2 ** 14);
  const [server, client] = [true, false].map((isServer) => keep('q', attempt(() => http2.create(isServer, options))));
  attempt(() => http2.submitSettings(client, new Uint32Array([3, random(9), 4, 70000])));
  attempt(() => http2.submitRequest(client, http2Headers, 4, random(2) === 0, random(2) === 0));
  attempt(() => http2.write(client, 1, new Uint8Array(random(90000))));
  for (const [from, to] of [[client, server], [server, client]]) {
    const bytes = keep('Q', attempt(() => http2.send(from)[1]));
    for (let at = 0; bytes && at < bytes.length; ) at += attempt(() => { const [taken] = http2.receive(to, bytes, at); return Math.max(taken, 0); }) || bytes.length;
  }
};
const http2Headers = [[':method', 'POST'], [':path', '/'], [':scheme', 'http'], [':authority', 'a']].map(([name, value]) => name + '\0' + value + '\0' + String.fromCharCode(random(2) ? 0 : random(256))).join('');
const frame = () => { const length = random(3) ? random(12) : random(70); return [0, 0, length, random(14), random(256), 0, 0, 0, random(6), ...Array.from({ length }, () => random(256))]; };
const http2Bytes = () => (made.Q && random(3) === 0 ? made.Q[random(made.Q.length)] : Uint8Array.from([...(random(2) ? [] : [...'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'].map((c) => c.charCodeAt(0))), ...[1, 2, 3].flatMap(frame)]));
const httpParts = ['GET ', 'POST ', '/', 'HTTP/1.1 200 OK\r\n', ' HTTP/1.1\r\n', 'a: b\r\n', 'Content-Length: 5\r\n', 'Transfer-Encoding: chunked\r\n', 'Upgrade: x\r\nConnection: upgrade\r\n', '\r\n', '5\r\nhello\r\n', '0\r\n\r\n', 'x'.repeat(3000), '\u0000', ':', ' ', 'a: b\r\n'.repeat(40), 'ff;e=f\r\n'];
const httpBytes = () => { const text = Array.from({ length: 1 + random(7) }, () => httpParts[random(httpParts.length)]).join(''); return Uint8Array.from(text, (c) => c.charCodeAt(0)); };

attempt(() => native.microtasks.setPromiseRejectCallback(() => {}));
// The kinds that a function wants, so that calls get past its first check: v view, b buffer, i integer, s string, f
// function, y symbol, a array, o object, m module, c context, r script, w serializer, d deserializer, p promise,
// x code cache, g message, h parser of HTTP, H bytes of HTTP, q session of HTTP/2, Q bytes of HTTP/2, t headers of it, u numbers
// for it, n small number, B boolean.
const shapes = {
  'buffer.*Slice': 'vii', 'buffer.*Write*': 'vsii', 'buffer.fill': 'vsiis', 'buffer.compare': 'vv', 'buffer.compareOffset': 'vviiii',
  'buffer.copy': 'vviii', 'buffer.copyArrayBuffer': 'bibii', 'buffer.indexOfString': 'vsiifi', 'buffer.indexOfBuffer': 'vviifi',
  'buffer.indexOfNumber': 'viifi', 'buffer.swap*': 'v', 'buffer.is*': 'v', 'buffer.setDetachKey': 'bs', 'buffer.*': 's',
  'encoding.encodeInto': 'svv', 'encoding.encodeUtf8String': 's', 'encoding.decode*': 'vii', 'encoding.utf8ToUtf16': 'v', 'encoding.*': 's',
  'stringDecoder.decode': 'Vv', 'stringDecoder.flush': 'V',
  'contextify.compileFunctionForCJSLoader': 'ssiiyx', 'contextify.compileFunction': 'ssiixicaay', 'contextify.compileScript': 'ssiixicy',
  'contextify.runScript': 'rci', 'contextify.createCachedData': 'r', 'contextify.createFunctionCachedData': 'f', 'contextify.containsModuleSyntax': 'sss', 'contextify.makeContext': 'ossiiiy',
  'contextify.*': 'c',
  'moduleWrap.createSourceTextModule': 'scsiixx', 'moduleWrap.createSyntheticModule': 'scaf', 'moduleWrap.setExport': 'mso', 'moduleWrap.link': 'ma',
  'moduleWrap.throwIfPromiseRejected': 'p', 'moduleWrap.set*Callback': 'f', 'moduleWrap.*': 'm',
  'serdes.createSerializer': 'o', 'serdes.createDeserializer': 'vo', 'serdes.writeValue': 'wo', 'serdes.writeRawBytes': 'wv', 'serdes.writeUint64': 'wii',
  'serdes.transferArrayBuffer': 'wib', 'serdes.writeMessage': 'oao', 'serdes.readMessage': 'goc', 'serdes.write*': 'wi', 'serdes.release*': 'w', 'serdes.set*': 'wi',
  'serdes.*': 'di',
  'util.getOwnNonIndexProperties': 'oi', 'util.getCallSites': 'i', 'util.defineLazyProperties': 'osaif', 'util.createPrivateSymbol': 's', 'util.*': 'o',
  'heap.updateHeapSpaceStatistics': 'vi', 'heap.update*': 'v', 'heap.take*': 'v', 'heap.*': 's', 'microtasks.setPromiseHooks': 'ffff', 'microtasks.*': 'f',
  'httpParser.create': 'f', 'httpParser.initialize': 'hiii', 'httpParser.execute': 'hH', 'httpParser.*': 'hi',
  'http2.create': 'Bu', 'http2.receive': 'qQn', 'http2.submitRequest': 'qtnBB', 'http2.submitResponse': 'qntnBB', 'http2.submitInfo': 'qntn', 'http2.submitTrailers': 'qntn',
  'http2.submitPushPromise': 'qntn', 'http2.submitReset': 'qnn', 'http2.submitSettings': 'qu', 'http2.packSettings': 'u', 'http2.submitPing': 'qv', 'http2.submitGoaway': 'qnnv',
  'http2.submitAltsvc': 'qnss', 'http2.submitOrigin': 'qtn', 'http2.write': 'qnv', 'http2.setting': 'qBn', 'http2.refreshSession': 'qv', 'http2.refreshStream': 'qnv', 'http2.*': 'qnn',
  'errors.setPrepareStackTraceCallback': 'f', 'errors.*': 'o',
};
const shapeOf = (name) => {
  for (const pattern of Object.keys(shapes)) {
    if (new RegExp('^' + pattern.replaceAll('.', '[.]').replaceAll('*', '.*') + '$').test(name)) return shapes[pattern];
  }
  return '';
};
const made = { __proto__: null };
const keep = (kind, value) => { if (value !== undefined && value !== null) (made[kind] ??= []).push(value); return remember(value); };
const fits = {
  v: (v) => ArrayBuffer.isView(v), b: (v) => v instanceof ArrayBuffer || v instanceof SharedArrayBuffer, i: (v) => typeof v === 'number' || v === undefined || typeof v === 'boolean',
  s: (v) => typeof v === 'string', f: (v) => typeof v === 'function', y: (v) => typeof v === 'symbol', a: (v) => native.types.isProxy(v) === false && Array.isArray(v),
  o: (v) => typeof v === 'object' && v !== null, p: (v) => native.types.isPromise(v),
};
const classes = { __proto__: null };
const pickKind = (kind) => {
  if (random(6) === 0) return pick();
  if (kind === 'H') return httpBytes();
  if (kind === 'Q') return http2Bytes();
  if (kind === 'n') return random(9);
  if (kind === 'B') return random(2) === 0;
  if (kind === 't') return http2Headers.repeat(random(3));
  if (kind === 'u') return random(2) ? new Uint32Array(14) : new Uint32Array(random(20)).map(() => random(70000));
  if (kind === 'V') { const v = new Uint8Array(7); for (let i = 0; i < 7; i++) v[i] = random(3) ? random(5) : random(256); v[6] = random(9); return v; }
  if (kind === 'a' && random(2) === 0 && made.m) return Array.from({ length: random(3) }, () => made.m[random(made.m.length)]);
  if (kind === 'a' && random(2) === 0) return Array.from({ length: random(4) }, () => pickKind('b'));
  if (kind in fits) {
    classes[kind] ??= values.filter((make) => { const v = attempt(make); return attempt(() => fits[kind](v)) === true; });
    return classes[kind][random(classes[kind].length)]();
  }
  const list = made[kind];
  if (list === undefined) return random(2) ? undefined : pick();
  if ((kind === 'c' || kind === 'x') && random(2) === 0) return undefined;
  return list[random(list.length)];
};
// Promise hooks that make promises call themselves for ever, and Node's JavaScript lets none of those through.
// A reject callback that rejects promises of its own does the same.
const skipped = new Set(['control.terminate', 'microtasks.setPromiseHooks', 'microtasks.setPromiseRejectCallback']);
const tryHooks = () => {
  // Called for what a hook throws: one that makes promises would have the hook called for each of them, and so on.
  native.errors.setUncaughtCallback(() => {});
  const hooks = [() => {}, () => { throw new Error('hook'); }, undefined, 5, angryFunction, {}];
  attempt(() => native.microtasks.setPromiseHooks(...Array.from({ length: random(6) }, () => hooks[random(hooks.length)])));
  Promise.resolve().then(() => {});
  native.microtasks.performCheckpoint();
  native.microtasks.setPromiseHooks();
  attempt(() => native.microtasks.setPromiseRejectCallback([() => {}, () => { throw new Error('reject'); }, angryFunction, 5][random(4)]));
  Promise.reject(1);
};
const calls = [];
for (const topic of Object.keys(native)) {
  for (const name of Object.keys(native[topic])) {
    if (typeof native[topic][name] === 'function' && !skipped.has(topic + '.' + name)) calls.push([topic + '.' + name, native[topic][name]]);
  }
}
const callOnce = ([name, call]) => {
  const shape = shapeOf(name);
  const args = random(5) === 0 ? Array.from({ length: random(call.length + 3) }, pick) : Array.from(shape, pickKind);
  if (armed && args.length > 0) for (let i = random(3); i > 0; i--) args[random(args.length)] = fuses[random(fuses.length)]();
  note(name + (armed ? ' armed' : ''));
  return call(...args);
};
let ballast;
// Little is left: what a few calls allocate, V8 must collect or refuse.
const fill = () => {
  const figures = new Float64Array(14);
  const left = () => { native.heap.updateHeapStatistics(figures); return limit - figures[native.heap.kUsedHeapSizeIndex] - figures[native.heap.kExternalMemoryIndex]; };
  ballast ??= [];
  for (let i = 0; i < 1e5 && left() > 2e6 + random(4e6); i++) ballast.push(new Array(1 << 14).fill(i));
};
globalThis.step = (mode) => {
  armed = mode === 'terminate';
  if (armed && random(10) === 0) seedHandles();
  if (mode === 'full') fill();
  for (let i = 0; i < 20; i++) attempt(() => callOnce(calls[random(calls.length)]));
  native.microtasks.performCheckpoint();
  for (const sandbox of [fuses[2](), fuses[6]()]) {
    if (random(4) > 0) continue;
    const object = attempt(() => makeContext(sandbox, 'n', undefined, true, true, random(2) === 0, symbol));
    const code = scripts[random(scripts.length)];
    if (object !== undefined) attempt(() => runScript(compileScript(code, 'x', 0, 0, undefined, false, object, symbol).script, object, true));
  }
};
const counts = {};
for (let round = 0; round < rounds; round++) {
  if (round % 20 === 0) { pool.length = 0; for (const kind of Object.keys(made)) made[kind].length = 0; seedHandles(); }
  tryHooks();
  for (const [name, call] of calls) {
    if (name === 'heap.collect' && round % 50 !== 0) continue;
    const shape = shapeOf(name);
    const args = random(5) === 0 ? Array.from({ length: random(call.length + 3) }, pick) : Array.from(shape, pickKind);
    note(name);
    try {
      const result = remember(random(8) === 0 ? Reflect.apply(call, pick(), args) : call(...args));
      if (name.startsWith('moduleWrap.create')) keep('m', attempt(() => result.handle));
      if (name === 'contextify.compileScript') keep('r', attempt(() => result.script));
      if (name === 'contextify.makeContext') keep('c', result);
      if (name === 'serdes.createSerializer') keep('w', result);
      if (name === 'serdes.createDeserializer') keep('d', result);
      if (name === 'serdes.writeMessage') keep('g', result);
      if (name === 'httpParser.create') keep('h', result);
      if (name === 'http2.create') keep('q', result);
      if (name === 'http2.send' && result[1]) keep('Q', result[1]);
      counts[name] = (counts[name] ?? 0) + 1;
    } catch {}
    attempt(() => new call());
  }
}
// Programs in contexts over objects that no honest caller would give.
const scripts = ['var a = 1; a', 'b = 2; this.b', '"use strict"; c = 3', 'delete this.a; delete a', 'Object.keys(globalThis)', 'Reflect.ownKeys(this)', 'for (const k in this) k',
  'Object.defineProperty(this, "d", { get() { return this; }, configurable: true }); d', 'Object.defineProperty(this, 5, { value: 1 })', 'this[3] = 4; this[3]', 'function f() {} f', 'let x = 1; class C {}',
  'Object.getOwnPropertyDescriptor(this, "a")', 'Object.freeze(this)', 'Object.preventExtensions(this)', 'Object.setPrototypeOf(this, null)', 'this.__proto__ = {}', '"length" in this; length', 'this[Symbol.toStringTag] = 1',
  'constructor.constructor("return this")()', 'import("x")', 'with (this) { a = 7 }', 'eval("var e = 1"); e', 'globalThis = 5', 'undefined = 1', 'throw this', 'try { null.x } catch (e) { e.stack }', 'new Proxy(this, {}).a', 'structuredClone'];
const sandboxes = [() => ({}), () => revoked(), () => new Proxy({}, {}), () => new Proxy({}, { get() { throw 1; }, set() { throw 2; }, has() { throw 3; }, ownKeys() { throw 4; }, getOwnPropertyDescriptor() { throw 5; }, defineProperty() { throw 6; }, deleteProperty() { throw 7; } }),
  () => new Proxy({}, { ownKeys: () => ['a', 'a'], getOwnPropertyDescriptor: () => ({ value: 1, configurable: false }) }), () => Object.freeze({ a: 1 }), () => [1, 2, 3], () => new Uint8Array(4), () => tracking(), () => function () {}, () => class {},
  () => new Map(), () => native, () => globalThis, () => Object.create(globalThis), () => ({ get a() { throw 1; }, set a(v) { throw 2; }, get length() { delete this.length; return 1; } }), () => new Error('x'), () => new String('abc'),
  () => native.moduleWrap.createSyntheticModule('s', undefined, [], () => {}).handle, () => native.serdes.createSerializer({}), () => { const m = native.moduleWrap.createSourceTextModule('u', undefined, 'export let a = 1').handle; native.moduleWrap.link(m, []); native.moduleWrap.instantiate(m); return native.moduleWrap.getNamespace(m); },
  () => native.contextify.globalOf(native.contextify.makeContext({}, 'n', undefined, true, true, false, symbol)), () => new (class extends Array {})(), () => (function () { return arguments; })(1)];
const { compileScript, runScript, makeContext } = native.contextify;
for (const sandbox of sandboxes) {
  note('context over ' + sandbox);
  const object = attempt(() => makeContext(sandbox(), 'n', undefined, true, true, random(2) === 0, symbol));
  if (object === undefined) continue;
  for (let i = 0; i < scripts.length * 2; i++) {
    const code = scripts[random(scripts.length)];
    note(code);
    attempt(() => runScript(compileScript(code, 'x', 0, 0, undefined, false, random(2) ? object : undefined, symbol).script, object, true));
    attempt(() => native.contextify.compileFunction(code, 'x', 0, 0, undefined, false, object, [object], ['a'], symbol).function());
    attempt(() => native.serdes.readMessage(native.serdes.writeMessage({ a: [1] }, [], {}), {}, object));
  }
  counts.contexts = (counts.contexts ?? 0) + 1;
}
JSON.stringify(counts);
`;
