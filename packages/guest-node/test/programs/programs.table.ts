export interface ComparedProgram {
  readonly title: string;
  readonly code: string;
  /** @default "/w/main.js" */
  readonly path?: string;
  readonly files?: Readonly<Record<string, string>>;
}

/** Programs whose output must be Node's own, byte for byte. */
export const programs: readonly ComparedProgram[] = [
  {
    title: "patterns of URLs: their components, what they match, what is none",
    code: `
      const names = ["protocol", "username", "password", "hostname", "port", "pathname", "search", "hash", "hasRegExpGroups"];
      const urls = [
        "https://shop.example.com:8080/books/42?q=1#top", "http://a.b/", "data:8675309", "https://[::1]/x", "not a url",
        { pathname: "/books/42", search: "?q=1", hash: "#top" }, { baseURL: "https://me:pw@a.b/books/7?q=2" },
        { pathname: "7", baseURL: "https://a.b/books/1" }, { port: "80x", protocol: "http:" }, { port: "x" }, {},
      ];
      const show = (error) => error.name + " " + error.code + " " + error.message;
      for (const args of [
        [{ pathname: "/books/:id" }], [{ pathname: "/books/:id(\\\\d+)" }], ["https://*.example.com:*/books/*?*#*"],
        [{ pathname: "/BOOKS/:id", search: "Q=*" }, { ignoreCase: true }], ["/books/:id?", "https://a.b/shop/x?y#z"],
        ["http{s}?://{:sub.}?example.com/:a+"], [{ hostname: "[\\\\:\\\\:1]" }], ["https://[::1]/x"], [{ hostname: "caf\u00e9.com" }],
        ["data\\\\:foo/:x"], [{ protocol: "data", pathname: ":n([0-9]+)" }], [{ pathname: "/\u{1f6b2}/a b/:x*" }],
        [{ protocol: "http", port: "80" }], [{ hash: "#:a#" }], [{ pathname: ":a{b:0(.*)}" }], [{ pathname: "{:a}b(.*)" }], [{ pathname: "{/a}*-(b)" }],
        [{ pathname: "((" }], [{ pathname: ":a/:a" }], [{ hostname: "a b" }], [{ port: "99999" }], ["/x"], [{}, "https://a.b"],
        [{ pathname: "/(?<a>b)" }], [{ pathname: "\\\\" }], [1], [{}, 1], [{}, "", 1],
      ]) {
        console.log(args);
        try {
          const pattern = new URLPattern(...args);
          console.log(names.map((name) => pattern[name]).join(" | "));
          for (const url of urls) console.log(pattern.test(url), pattern.exec(url));
        } catch (error) { console.log(show(error)); }
      }
      const { exec, test } = new URLPattern();
      const { get } = Object.getOwnPropertyDescriptor(URLPattern.prototype, "hash");
      for (const wrong of [
        () => URLPattern(), () => exec.call({}, ""), () => test(""), () => get.call(null), () => new URLPattern().exec(1),
        () => new URLPattern().test("", 1), () => new URLPattern().exec({}, "https://a.b"),
        () => new URLPattern({ get search() { throw new Error("of the program"); } }),
      ]) {
        try { wrong(); console.log("worked"); } catch (error) { console.log(show(error)); }
      }
      class Sub extends URLPattern { get own() { return this.pathname; } }
      console.log(new Sub({ pathname: "/s" }).own, URLPattern === require("node:url").URLPattern, URLPattern.length);`,
  },
  {
    title: "collections of garbage: profiles and entries of them",
    code: `
      const v8 = require("node:v8"), vm = require("node:vm");
      const { PerformanceObserver, constants } = require("node:perf_hooks");
      v8.setFlagsFromString("--expose-gc");
      const gc = vm.runInNewContext("gc");
      console.log(typeof gc, typeof globalThis.gc);
      const observer = new PerformanceObserver((list) => {
        const [entry] = list.getEntries();
        const { name, entryType, startTime, duration, detail } = entry;
        console.log(name, entryType, Object.keys(detail), detail.flags === constants.NODE_PERFORMANCE_GC_FLAGS_FORCED);
        console.log(startTime > 0 && startTime < performance.now(), duration > 0 && duration < 1e4);
        observer.disconnect();
      });
      observer.observe({ entryTypes: ["gc"] });
      const profiler = new v8.GCProfiler();
      console.log(profiler.stop());
      profiler.start(); profiler.start();
      gc();
      const { version, startTime, endTime, statistics } = profiler.stop();
      console.log(version, startTime <= endTime, Math.abs(endTime - Date.now()) < 1e4, profiler.stop());
      const { beforeGC, cost, afterGC } = statistics.find(({ gcType }) => gcType === "MarkSweepCompact");
      console.log(cost > 0, Object.keys(beforeGC.heapStatistics), Object.keys(afterGC.heapSpaceStatistics[0]));
      console.log(afterGC.heapSpaceStatistics.map(({ spaceName }) => spaceName).includes("old_space"));
      console.log(beforeGC.heapStatistics.usedHeapSize > 1e6, afterGC.heapStatistics.heapSizeLimit > 1e7);
      setImmediate(() => setImmediate(() => {}));`,
  },
  {
    title: "what a program is told of its memory",
    code: `
      const vm = require("node:vm");
      process.removeAllListeners("warning");
      const show = ({ total, current, other }) => {
        const of = (one) => one && [Object.keys(one), one.jsMemoryEstimate > 1e6, one.jsMemoryRange.length];
        console.log(of(total), of(current), other);
      };
      for (const options of [{}, { execution: "eager" }, { mode: "detailed", execution: "eager" }]) {
        if (options.execution === "eager") vm.measureMemory(options).then(show);
      }
      for (const wrong of [null, { mode: "all" }, { execution: "late" }]) {
        try { vm.measureMemory(wrong); } catch (error) { console.log(error.code); }
      }`,
  },
  {
    title: "what a context has of its object's prototypes, and what it has not of V8",
    code: `
      const vm = require("node:vm");
      const outer = Object.defineProperties({ named: "outer" }, { 0: { value: "zero" }, 3: { value: "outer" } });
      const context = vm.createContext({ __proto__: { __proto__: outer }, own: 1 });
      console.log(vm.runInContext(\`Object.prototype[3] = "inner"; Object.prototype[4] = "inner";
        [this[0], this[3], this[4], 0 in this, 3 in this, Object.hasOwn(this, 0), this.named, this[9]]\`, context));
      console.log("v8BreakIterator" in Intl, vm.runInNewContext("'v8BreakIterator' in Intl"));`,
  },
  {
    title: "methods of a port, of what is none",
    code: `
      const { port1 } = new MessageChannel();
      for (const name of ["postMessage", "start", "close", "ref", "unref", "hasRef"]) {
        for (const value of [{}, Object.create(port1), Object.create(MessagePort.prototype)]) {
          try { port1[name].call(value, 1); console.log(name, "worked"); } catch (e) { console.log(name, e.name, e.message); }
        }
      }
      port1.close();`,
  },
  {
    title: "console.table",
    code: `console.table([{ a: 1, b: "x" }, { a: 2, c: true }]); console.table(new Map([[1, 2]]));`,
  },
  {
    title: "random numbers, at once and later",
    code: `
      const crypto = require("node:crypto");
      const isFilled = (bytes) => new Set(bytes).size > 1;
      const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
      const large = crypto.randomBytes(200_000);
      console.log(large.length, isFilled(large.subarray(0, 99)), isFilled(large.subarray(-99)), Buffer.isBuffer(large));
      console.log(uuid.test(crypto.randomUUID()), uuid.test(crypto.randomUUID({ disableEntropyCache: true })), crypto.randomUUID() === crypto.randomUUID());
      const part = crypto.randomFillSync(new Uint8Array(300), 100, 100);
      console.log(isFilled(part.subarray(0, 100)), isFilled(part.subarray(100, 200)), isFilled(part.subarray(200)));
      console.log(isFilled(new Uint8Array(crypto.randomFillSync(new ArrayBuffer(64)))), isFilled(crypto.randomFillSync(new Uint32Array(64), 1)));
      console.log(isFilled(globalThis.crypto.getRandomValues(new Uint8Array(64))), crypto.randomInt(3, 4), crypto.randomInt(10) < 10);
      for (const work of [() => crypto.randomBytes(-1), () => crypto.randomFillSync({}), () => globalThis.crypto.getRandomValues(new Uint8Array(65537))]) {
        try { work(); } catch (error) { console.log(error.name, error.code, error.message); }
      }
      const store = new (require("node:async_hooks").AsyncLocalStorage)();
      store.run("kept", () => crypto.randomBytes(16, function (error, bytes) {
        console.log("later", error, isFilled(bytes), store.getStore(), this.constructor.name);
        crypto.randomFill(new Uint8Array(64), 8, (error, bytes) => {
          console.log("filled", error, isFilled(bytes), bytes.subarray(0, 8).join());
          crypto.randomInt(5, 6, (error, number) => {
            console.log("number", error, number);
            const url = URL.createObjectURL(new Blob(["x"]));
            require("node:buffer").resolveObjectURL(url).text().then((text) => console.log(url.replace(/[0-9a-f-]{36}$/, "…"), text));
          });
        });
      }));
      console.log("first");`,
  },
  {
    title: "WebAssembly from a response",
    code: `
      // (module (import "m" "f" (func)) (func (export "g") (result i32) i32.const 7))
      const bytes = new Uint8Array([0,97,115,109,1,0,0,0,1,8,2,96,0,0,96,0,1,127,2,7,1,1,109,1,102,0,0,3,2,1,1,7,5,1,1,103,0,1,10,6,1,4,0,65,7,11]);
      const type = (mime) => ({ headers: { "Content-Type": mime } });
      const response = (body = bytes) => new Response(body, type("application/wasm"));
      const pieces = () => new ReadableStream({ start(stream) { for (const byte of bytes) stream.enqueue(new Uint8Array([byte])); stream.close(); } });
      for (const name of ["compileStreaming", "instantiateStreaming"]) {
        const { value, ...how } = Object.getOwnPropertyDescriptor(WebAssembly, name);
        console.log(value.name, value.length, how);
      }
      const tell = async (work) => { try { console.log(await work()); } catch (error) { console.log(error.name, error.code, error.code && error.message); } };
      (async () => {
        await tell(async () => WebAssembly.Module.imports(await WebAssembly.compileStreaming(response())));
        await tell(async () => WebAssembly.Module.exports(await WebAssembly.compileStreaming(Promise.resolve(response(pieces())))));
        await tell(async () => (await WebAssembly.instantiateStreaming(response(), { m: { f() {} } })).instance.exports.g());
        await tell(() => WebAssembly.instantiateStreaming(response()));
        await tell(() => WebAssembly.compileStreaming(response(new Uint8Array(9))));
        await tell(() => WebAssembly.compileStreaming(new Response(bytes, type("text/plain"))));
        await tell(() => WebAssembly.compileStreaming(new Response(null, { ...type("application/wasm"), status: 404 })));
        await tell(() => WebAssembly.compileStreaming({}));
        await tell(() => WebAssembly.compileStreaming(Promise.reject(new RangeError("none"))));
        const used = response(); await used.arrayBuffer();
        await tell(() => WebAssembly.compileStreaming(used));
      })();`,
  },
  {
    title: "inspection of what only V8 can look into",
    code: `
      console.log(Promise.resolve(4), Promise.reject(new Error("x")).catch(() => {}), new Promise(() => {}));
      console.log(require("util").inspect(new Proxy({ a: 1 }, {}), { showProxy: true }), new WeakSet([{}]));
      const map = new Map([[{ a: 1 }, [1, , 3]]]); console.log(map, map.entries(), [...map.keys()], new Set("ab").values());
      console.log(require("util").inspect(new WeakMap([[{ k: 1 }, 2]]), { showHidden: true }));
      class Foo extends Map { #x = 1; static y = 2 } console.log(new Foo(), Foo, Object.create(null), Object.create(Foo.prototype));
      console.log(Symbol("s"), 10n, -0, [undefined, null], function named() {}, async () => {}, function* g() {});`,
  },
  {
    title: "the order of ticks, microtasks, timers and immediates",
    code: `
      setTimeout(() => console.log("timeout"), 0); setImmediate(() => { console.log("immediate"); process.nextTick(() => console.log("tick 2")); });
      setImmediate(() => console.log("immediate 2"));
      process.nextTick(() => { console.log("tick"); Promise.resolve().then(() => console.log("micro in tick")); });
      Promise.resolve().then(() => { console.log("micro"); process.nextTick(() => console.log("tick in micro")); });
      queueMicrotask(() => console.log("queued")); console.log("sync");
      const start = Date.now(); while (Date.now() - start < 5);`,
  },
  {
    title: "timers that repeat, are cleared, refreshed and awaited",
    code: `
      let n = 0; const i = setInterval(() => { console.log("interval", ++n); if (n === 3) { clearInterval(i); require("timers/promises").setTimeout(2, "value").then(console.log); } }, 2);
      const t = setTimeout(() => console.log("never"), 1); clearTimeout(t); setTimeout(() => console.log("unref"), 60_000).unref();`,
  },
  {
    title: "AsyncLocalStorage across awaits, timers and events",
    code: `
      const { AsyncLocalStorage } = require("async_hooks"); const als = new AsyncLocalStorage();
      async function work(n) { await 0; console.log(n, als.getStore()); await new Promise((r) => setTimeout(r, n)); console.log(n, als.getStore());
        try { await Promise.reject(new Error("x")); } catch { console.log(n, als.getStore()); } }
      als.run("A", () => work(2)); als.run("B", () => work(4)); als.run("C", () => queueMicrotask(() => console.log(als.getStore())));
      console.log(als.getStore());`,
  },
  {
    title: "objects of Node's that travel only when they are listed, and those that never do",
    code: `
      const { port1, port2 } = new MessageChannel(); const stream = new ReadableStream({ start(c) { c.enqueue(1); c.close(); } });
      for (const unlisted of [port1, stream, new AbortController().signal, new EventTarget()]) { try { console.log(structuredClone(unlisted)); } catch (e) { console.log(e.name, e.message); } }
      try { structuredClone(stream, { transfer: [new EventTarget()] }); } catch (e) { console.log(e.name, e.code, e.message); }
      const moved = structuredClone({ stream, port: port1 }, { transfer: [stream, port1] });
      console.log(moved.stream instanceof ReadableStream, stream.locked, moved.port instanceof MessagePort);
      port2.on("message", (m) => { console.log(m); port2.close(); }); moved.port.postMessage("through");`,
  },
  {
    title: "structuredClone and its refusals",
    code: `
      const shared = { s: 1 }; const value = { map: new Map([[shared, new Set([1n])]]), date: new Date(0), re: /x/g, error: Object.assign(new RangeError("r"), { stack: "" }), shared };
      const clone = structuredClone(value); console.log(clone, [...clone.map.keys()][0] === clone.shared);
      const buffer = new ArrayBuffer(8); console.log(structuredClone(buffer, { transfer: [buffer] }).byteLength, buffer.byteLength);
      for (const bad of [() => {}, Symbol("s"), { f() {} }, new WeakMap()]) { try { structuredClone(bad); } catch (e) { console.log(e.name, e.code, e instanceof DOMException); } }
      console.log(structuredClone(new Blob(["x"], { type: "a/b" })));`,
  },
  {
    title: "message channels: values, ports, closing",
    code: `
      const { port1, port2 } = new MessageChannel(); const other = new MessageChannel();
      port1.once("message", ({ p }) => { p.postMessage("through the moved port"); p.close(); port1.close(); });
      other.port2.on("message", (m) => console.log(m)); other.port2.on("close", () => console.log("other closed"));
      port2.on("close", () => console.log("port2 closed")); port2.postMessage({ p: other.port1 }, [other.port1]);
      console.log(require("worker_threads").receiveMessageOnPort(new MessageChannel().port1));`,
  },
  {
    title: "streams: pipeline, async iteration, web streams",
    code: `
      const { Readable, Transform, pipeline } = require("stream");
      pipeline(Readable.from(["a", "b", "c"]), new Transform({ transform(c, _, cb) { cb(null, String(c).toUpperCase()); } }), async function* (source) { for await (const c of source) console.log(String(c)); }, (e) => console.log("done", e));
      (async () => { for await (const chunk of new Blob(["hello"]).stream()) console.log(chunk); console.log(await new Response("text").text());
        for await (const v of new ReadableStream({ start(c) { c.enqueue(1); c.close(); } })) console.log(v); })();`,
  },
  {
    title: "buffers, encodings and text decoders",
    code: `
      const b = Buffer.from("héllo wörld €😀"); for (const e of ["hex", "base64", "base64url", "latin1", "utf16le", "ascii", "utf8"]) console.log(e, b.toString(e), Buffer.from(b.toString(e), e).length);
      console.log(b.indexOf("wör"), b.slice(1, 4), Buffer.compare(b, Buffer.from("z")), Buffer.alloc(5, "ab"), b.readUInt32BE(2), atob(btoa("x")));
      const d = new (require("string_decoder").StringDecoder)("utf8"); console.log(d.write(Buffer.from([0xe2, 0x82])), d.write(Buffer.from([0xac])), d.end());
      console.log(new TextDecoder().decode(new Uint8Array([0xef, 0xbb, 0xbf, 65, 0xff])), new TextEncoder().encodeInto("aé", new Uint8Array(2)));
      try { new TextDecoder("utf-8", { fatal: true }).decode(new Uint8Array([0xff])); } catch (e) { console.log(e.code, e.name); }`,
  },
  {
    title: "URLs, file URLs and query strings",
    code: `
      const u = new URL("HTTP://user:p%40ss@EXAMPLE.com:8080/a/../b?x=1&y=2#f"); console.log(u, String(u)); u.port = "80"; u.searchParams.append("z", "ü"); u.pathname = "/ü"; console.log(u.href);
      const { pathToFileURL, fileURLToPath, parse, domainToASCII } = require("url"); console.log(pathToFileURL("/a b/%#?.txt").href, fileURLToPath("file:///a%20b"), parse("http://a/b?c").query, domainToASCII("español.com"));
      console.log(URL.canParse("x"), URL.parse("nope"), new URL("../c", "http://h/a/b").href); try { new URL("x"); } catch (e) { console.log(e.code, e.input, e.name); }
      console.log(new URL("blob:https://a.b/c").origin, new URL("data:x").origin, new URL("file:///x").origin, new URL("https://u@h:444/").origin);`,
  },
  {
    title: "WebAssembly",
    code: `
      const bytes = new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0, 1, 7, 1, 96, 2, 127, 127, 1, 127, 3, 2, 1, 0, 7, 7, 1, 3, 97, 100, 100, 0, 0, 10, 9, 1, 7, 0, 32, 0, 32, 1, 106, 11]);
      WebAssembly.instantiate(bytes).then(({ instance }) => console.log(instance.exports.add(2, 3)));`,
  },
  {
    title: "events, abort signals and their errors",
    code: `
      const { EventEmitter, once } = require("events"); const e = new EventEmitter(); once(e, "x").then(console.log); e.emit("x", 1, 2);
      const c = new AbortController(); c.signal.addEventListener("abort", (ev) => console.log(ev.type, c.signal.reason.name)); c.abort();
      AbortSignal.timeout(2).addEventListener("abort", function () { console.log(this.reason.name); });
      const t = new EventTarget(); t.addEventListener("a", { handleEvent(ev) { console.log(ev.type, ev.detail); } }); t.dispatchEvent(new CustomEvent("a", { detail: 5 })); setTimeout(() => {}, 10);`,
  },
  {
    title: "assertions and their diffs",
    code: `const assert = require("assert"); for (const f of [() => assert.deepStrictEqual({ a: 1, b: [1, 2] }, { a: 1, b: [1, 3] }), () => assert.equal(1, 2), () => assert.throws(() => {})]) { try { f(); } catch (e) { console.log(e.code, e.message); } }`,
  },
  {
    title: "CommonJS: cycles, caches, resolution, require.main",
    code: `
      const a = require("./a"); console.log(a, require("./lib"), require("pkg"), require("pkg/sub"), require("./data.json"), require.main === module, module.id, __filename, __dirname);
      console.log(Object.keys(require.cache), module.children.length, require.resolve("pkg")); try { require("pkg/hidden"); } catch (e) { console.log(e.code); } try { require("./nope"); } catch (e) { console.log(e.code); }
      console.log(require("module").createRequire(__dirname + "/lib/x.js")("./index.js"), process.argv.length, process.argv[1]);`,
    files: {
      "/w/a.js": `exports.early = 1; const b = require("./b"); exports.b = b.seen;`,
      "/w/b.js": `exports.seen = { ...require("./a") };`,
      "/w/lib/index.js": `module.exports = "index of lib";`,
      "/w/data.json": `{ "n": [1, 2] }`,
      "/w/node_modules/pkg/package.json": `{ "name": "pkg", "exports": { ".": { "import": "./i.mjs", "require": "./r.cjs" }, "./sub": "./sub.js" } }`,
      "/w/node_modules/pkg/r.cjs": `module.exports = "required";`,
      "/w/node_modules/pkg/i.mjs": `export default "imported";`,
      "/w/node_modules/pkg/sub.js": `module.exports = "sub";`,
    },
  },
  {
    title: "ES modules: live bindings, top-level await, import.meta, dynamic import, attributes",
    path: "/w/main.mjs",
    code: `
      import fs, { readFileSync } from "node:fs"; import { count, inc } from "./dep.mjs"; import cjs, { named } from "./c.cjs"; import json from "./data.json" with { type: "json" }; import pkg from "pkg"; import "#internal";
      console.log(import.meta.url, import.meta.filename, import.meta.dirname, import.meta.main, import.meta.resolve("./x.mjs"), fs.readFileSync === readFileSync);
      console.log(count, cjs, named, json, pkg); inc(); console.log(count, await import("./dep.mjs"));
      for (const name of ["./nope.mjs", "nope", "./dep.mjs?broken", "node:nope", "./data.json"]) await import(name).then((m) => console.log(Object.keys(m)), (e) => console.log(e.code));
      console.log(typeof require, this, await Promise.resolve("awaited")); await import("./tla.mjs");`,
    files: {
      "/w/dep.mjs": `export let count = 1; export function inc() { count++; }`,
      "/w/tla.mjs": `const v = await new Promise((r) => setTimeout(r, 2, "tla")); console.log(v, import.meta.main);`,
      "/w/c.cjs": `exports.named = "named"; exports.file = __filename; import("./dep.mjs").then((m) => console.log("import() in cjs", m.count));`,
      "/w/data.json": `{ "j": 1 }`,
      "/w/package.json": `{ "imports": { "#internal": "./internal.js" } }`,
      "/w/internal.js": `console.log("internal", require("pkg"));`,
      "/w/node_modules/pkg/package.json": `{ "name": "pkg", "exports": { "import": "./i.mjs", "require": "./r.cjs" } }`,
      "/w/node_modules/pkg/i.mjs": `export default "imported";`,
      "/w/node_modules/pkg/r.cjs": `module.exports = "required";`,
    },
  },
  {
    title: "require of ES modules, and of one that awaits",
    code: `console.log(require("./m.mjs"), require("./d.mjs").default, require("./d.mjs").__esModule); try { require("./tla.mjs"); } catch (e) { console.log(e.code); }`,
    files: { "/w/m.mjs": `export const a = 1;`, "/w/d.mjs": `export default 5;`, "/w/tla.mjs": `await 1; export {};` },
  },
  {
    title: "syntax detection makes a module of a .js file",
    code: `import fs from "fs"; console.log(typeof fs.readFileSync, import.meta.filename, typeof require);`,
  },
  {
    title: "the package's type makes a module of a .js file",
    code: `console.log(typeof require, import.meta.dirname);`,
    files: { "/w/package.json": `{ "type": "module" }` },
  },
  {
    title: "TypeScript, stripped",
    path: "/w/main.ts",
    code: `interface A { x: number } const a: A = { x: 4 }; console.log(a.x satisfies number, require("./other.ts").y);`,
    files: { "/w/other.ts": `type T = 1; exports.y = 2 as T | 2;` },
  },
  {
    title: "TypeScript modules",
    path: "/w/main.mts",
    code: `import type { Gone } from "./gone.ts"; import { v } from "./v.mts"; const x: Gone | number = v; console.log(x, import.meta.url);`,
    files: { "/w/v.mts": `export const v: number = 3;` },
  },
  {
    title: "the order of rejections and their events",
    code: `
      process.on("unhandledRejection", (r, p) => console.log("unhandled", r.message, p instanceof Promise)); process.on("rejectionHandled", () => console.log("handled late"));
      const p = Promise.reject(new Error("one")); Promise.reject(new Error("two")); setTimeout(() => p.catch(() => {}), 2); process.on("exit", (c) => console.log("exit", c));`,
  },
  {
    title: "uncaught exceptions that a listener takes",
    code: `process.on("uncaughtException", (e, origin) => console.log(e.message, origin)); setImmediate(() => setTimeout(() => { setTimeout(() => console.log("goes on"), 1); throw new Error("timer"); }, 1)); queueMicrotask(() => { throw new Error("microtask"); }); process.nextTick(() => { throw new Error("tick"); }); Promise.reject(new Error("promise"));`,
  },
  {
    title: "beforeExit may go on, exit may set the code",
    code: `let n = 0; process.on("beforeExit", (c) => { console.log("beforeExit", c); if (n++ < 2) setTimeout(() => console.log("again"), 1); }); process.on("exit", (c) => { console.log("exit", c); process.exitCode = 4; });`,
  },
  {
    title: "perf_hooks, util and process odds and ends",
    code: `
      const { performance, PerformanceObserver } = require("perf_hooks"); performance.mark("a"); console.log(performance.measure("m", "a").name, typeof performance.now(), performance.timeOrigin > 0);
      console.log(require("util").parseArgs({ args: ["-f", "--bar", "b"], options: { f: { type: "boolean", short: "f" }, bar: { type: "string" } } }).values, require("util").styleText("red", "x").length);
      console.log(process.hrtime().length, typeof process.hrtime.bigint(), process.uptime() > 0, process.cwd() !== "", process.release.name, process.emitWarning.length, process.stdout.writable);
      console.log(require("util").stripVTControlCharacters("\\u001b[31mx\\u001b[0m"), require("util").getSystemErrorName(-2), require("os").EOL, require("path").relative("/a/b", "/a/c"));`,
  },
  {
    title: "an observer of garbage collections",
    code: `
      const { PerformanceObserver, constants } = require("perf_hooks"); let seen;
      const observer = new PerformanceObserver((list) => { seen ??= list.getEntries().find(({ detail }) => detail.kind === constants.NODE_PERFORMANCE_GC_MINOR); });
      observer.observe({ entryTypes: ["gc"] });
      const waste = () => { const all = []; for (let i = 0; i < 3e5; i++) all.push({ i }); if (seen === undefined) return setTimeout(waste, 1);
        observer.disconnect(); const { entryType, name, startTime, duration, detail } = seen;
        console.log(entryType, name, startTime > 0 && startTime + duration <= performance.now(), duration > 0, Object.keys(detail), Object.getPrototypeOf(detail)); };
      waste();`,
  },
  {
    title: "histograms of perf_hooks",
    code: `
      console.log(Object.keys(require("perf_hooks").constants));
      const { createHistogram } = require("perf_hooks"); const h = createHistogram(); for (const v of [1, 2, 3, 100, 1000, 12345, 999999]) h.record(v);
      console.log(h.min, h.max, h.mean, h.stddev.toFixed(6), h.percentiles, h.percentile(50), h.countBigInt, h.percentilesBigInt);
      const g = createHistogram({ lowest: 1, highest: 1000, figures: 2 }); g.record(5); g.record(999); g.record(5000); g.add(h); console.log(g.count, g.exceeds, g.max, g.percentile(90)); h.reset(); console.log(h.min, h.max, h.mean, h.percentiles);`,
  },
  {
    title: "what a syntax error of a required module, a script and a function shows when it is caught",
    code: `
      const vm = require("vm"); const head = (f) => { try { f(); } catch (e) { console.log(e.stack.slice(0, e.stack.indexOf("    at "))); } };
      head(() => require("./bad")); head(() => new vm.Script("a b", { filename: "x.js" })); head(() => new vm.Script("a b", { displayErrors: false }));
      head(() => vm.runInThisContext("\\n let q = ;", "y.js")); head(() => vm.compileFunction("return ;)", [], { filename: "z.js" })); head(() => vm.runInNewContext("c d"));
      head(() => vm.runInThisContext("\\n throw new Error('x')", { filename: "t.js" })); head(() => vm.runInThisContext("throw new Error('x')", { displayErrors: false }));
      head(() => vm.runInThisContext("null.x", { lineOffset: 10, columnOffset: 5 })); head(() => eval("a b")); head(() => new Function("a b"));
      const frozen = vm.runInThisContext("Object.freeze(new Error('f'))"); head(() => vm.runInThisContext("(e) => { throw e }")(frozen)); head(() => require("./bad"));
      import("./bad.mjs").catch((e) => { console.log(e.stack.split("\\n")[0]); return import("./bad.js"); }).catch((e) => console.log(e.stack.split("\\n").slice(0, 5)));`,
    files: { "/w/bad.js": "let a = 1;\n  let b = ;\n", "/w/bad.mjs": "let a = 1;\n  let b = ;\n" },
  },
  {
    title: "what Atomics.waitAsync and Atomics.notify answer",
    code: `
      const memory = new SharedArrayBuffer(64); const a = new Int32Array(memory), b = new BigInt64Array(memory, 32);
      const said = (name) => (value) => console.log(name, value); const order = []; const asked = (name, value) => ({ valueOf() { order.push(name); return value; } });
      const { waitAsync, notify } = Atomics; console.log(waitAsync.name, waitAsync.length, notify.name, notify.length, Object.getOwnPropertyDescriptor(Atomics, "waitAsync").enumerable);
      console.log(waitAsync(a, 0, 1), waitAsync(a, 0, 0, 0), waitAsync(a, 0, 0, -5), waitAsync(b, 0, 3n));
      const wait = Atomics.waitAsync(a, asked("index", 3), asked("value", 0), asked("timeout", 1e4)); console.log(order, wait, wait.value instanceof Promise, Object.keys(wait)); wait.value.then(said("asked"));
      console.log(notify(a, asked("at", 3), asked("count", 5)), order, notify(a, 3));
      for (let i = 0; i < 5; i++) waitAsync(a, 0, 0, i === 3 ? NaN : undefined).value.then(said("first " + i)); waitAsync(b, 1, 0n, 1e9).value.then(said("big"));
      console.log(notify(a, 0, 2), notify(a, 0, -1), notify(a, 0, 0), notify(a, 0, NaN), notify(b, 1), notify(a, 10), notify(structuredClone(a)), notify(a, 0));
      waitAsync(a, 1, 0, 30).value.then(said("late")); waitAsync(a, 1, 0, 5).value.then(said("soon")); waitAsync(a, 1, 0, Infinity).value.then(said("never"));
      const caught = (f) => { try { console.log(f()); } catch (e) { console.log(e.name, e.message); } };
      for (const x of [undefined, {}, new Int32Array(2), new Uint8Array(memory), new Float64Array(memory)]) { caught(() => waitAsync(x, 0, 0)); caught(() => notify(x, 0)); }
      for (const i of [-1, 99, "1", 1n, Symbol("s"), undefined, 1.7]) { caught(() => waitAsync(a, i, 0, 0)); caught(() => notify(a, i)); }
      caught(() => waitAsync(b, 0, 0)); caught(() => waitAsync(a, 0, 0n)); caught(() => waitAsync(a, 0, 0, 1n)); caught(() => notify(a, 0, 1n)); caught(() => notify(a, 0, Symbol()));
      console.log("sync"); Promise.resolve().then(said("microtask")); setTimeout(() => console.log("timer"), 60);`,
  },
  {
    title: "a wait that nothing else keeps alive ends with the program, one that was notified does not",
    code: `
      const a = new Int32Array(new SharedArrayBuffer(8)); Atomics.waitAsync(a, 0, 0, 20).value.then(() => console.log("never"));
      Atomics.waitAsync(a, 1, 0).value.then((value) => { console.log(value); process.on("exit", () => console.log("exit")); }); Atomics.notify(a, 1);`,
  },
  {
    title: "the looks of FinalizationRegistry, and its refusals",
    code: `
      const caught = (f) => { try { console.log(f()); } catch (e) { console.log(e.name, e.message); } };
      const F = FinalizationRegistry; const registry = new F(() => {}); class Own extends F { constructor() { super(() => {}); } own() { return 1; } }
      console.log(F, F.name, F.length, registry, new Own(), new Own().own(), registry.constructor === F, Object.getOwnPropertyDescriptor(F, "prototype"), Reflect.ownKeys(F.prototype), typeof registry.unregister({}));
      const { enumerable, writable, configurable } = Object.getOwnPropertyDescriptor(globalThis, "FinalizationRegistry"); console.log(enumerable, writable, configurable);
      caught(() => F(() => {})); caught(() => new F()); caught(() => new F(1)); caught(() => registry.register(1)); caught(() => registry.register(registry, registry)); caught(() => F.prototype.register.call({}, {}));
      caught(() => structuredClone(registry)); const vm = require("vm"); console.log(vm.runInNewContext("[typeof new FinalizationRegistry(() => {}), new FinalizationRegistry(() => {}) instanceof Object, Atomics.waitAsync(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 0)]"));
      vm.runInNewContext("WebAssembly.compile(bytes)", { bytes: new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0]) }).then((module) => console.log(Object.prototype.toString.call(module)));`,
  },
  {
    title: "ES modules in circles, some of which await",
    path: "/w/main.mjs",
    code: `
      import { a } from "./a.mjs"; import * as c from "./c.mjs"; console.log("main", a, c.c, Object.keys(c));
      import("./thrower.mjs").catch((error) => console.log(error.message, error.stack.split("\\n")[1].trim()));
      import("./thrower.mjs").catch((error) => console.log("again", error.message));`,
    files: {
      "/w/a.mjs": `import { b } from "./b.mjs"; console.log("a", b()); export const a = "of a"; // last`,
      "/w/b.mjs": `import { a } from "./a.mjs"; import "./c.mjs"; export function b() { try { return a } catch (e) { return e.name } } console.log("b begins"); await null; console.log("b ends", b());`,
      "/w/c.mjs": `import { b } from "./b.mjs"; export let c = b(); await 1; c += " later"; console.log(c)`,
      "/w/thrower.mjs": `import "./waiter.mjs"; console.log("thrower");\nthrow new Error("thrown")`,
      "/w/waiter.mjs": `import "./thrower.mjs"; await 0; console.log("waiter");`,
    },
  },
  {
    title: "an exit in a module that awaits nothing, on a circle with one that does",
    path: "/w/main.mjs",
    code: `import "./a.mjs"; console.log("never");`,
    files: {
      "/w/a.mjs": `import "./b.mjs"; console.log("a"); process.exit(5);`,
      "/w/b.mjs": `import "./a.mjs"; await 0; console.log("b");`,
    },
  },
  {
    title: "frames of a throw in a required module",
    code: `try { require("./a"); } catch (e) { console.log(e.stack); } console.log(new Error("here").stack);`,
    files: { "/w/a.js": `require("./lib/b.js");`, "/w/lib/b.js": `function g() { throw new Error("x"); }\n  g();` },
  },
  {
    title: "a transform stream that is transferred takes its two ends and their ports along",
    code: `
      const { port1, port2 } = new MessageChannel(); const stream = new TransformStream({ transform(chunk, controller) { controller.enqueue(chunk * 2); } });
      port2.onmessage = async ({ data }) => {
        const writer = data.writable.getWriter(); const reader = data.readable.getReader(); writer.write(21); console.log(data, await reader.read());
        await writer.close(); console.log(await reader.read()); port2.close();
      };
      port1.postMessage(stream, [stream]); console.log(stream.readable.locked, stream.writable.locked);`,
  },
  {
    title: "the temporary folder as the environment names it, and the priority of a process that is not there",
    code: `
      const os = require("os"); Object.assign(process.env, { TMPDIR: "/a/", TMP: "/b", TEMP: "/c" });
      for (const name of ["TMPDIR", "TMP"]) { console.log(os.tmpdir()); process.env[name] = ""; } console.log(os.tmpdir()); process.env.TMPDIR = "/"; console.log(os.tmpdir());
      console.log(os.getPriority(process.pid) === os.getPriority()); try { os.getPriority(-1); } catch (e) { console.log(e.code, e.name, e.message, e.info); }
      const { minBigInt, min, maxBigInt } = require("perf_hooks").createHistogram(); console.log(minBigInt, min, maxBigInt);`,
  },
  ...(
    [
      ["the main script", "left();"],
      ["a script that throws", "left(); throw 2;"],
      ["an immediate", "setImmediate(left); setImmediate(() => console.log('other'));"],
      ["a timer", "setTimeout(left, 1); busy();"],
      ["a timer that throws", "setTimeout(() => { left(); throw 2; }, 1); busy();"],
      ["an answer", "require('fs').stat(__dirname, left);"],
      ["two ticks that throw", "process.nextTick(() => { throw 2; }); left();"],
    ] as const
  ).map(([what, code]) => ({
    title: `the order of what a handled error in a tick leaves behind, after ${what}`,
    code: `
      process.on("uncaughtException", (error) => console.log("caught", error)); const busy = () => { const end = Date.now() + 8; while (Date.now() < end); };
      const left = () => { process.nextTick(() => { throw 1; }); process.nextTick(() => console.log("tick")); queueMicrotask(() => console.log("microtask")); setTimeout(() => console.log("timer"), 1); setImmediate(() => console.log("immediate")); busy(); };
      ${code}`,
  })),
];
