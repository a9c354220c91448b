/**
 * A program that takes all that a program of the web can hold (what is global, what its functions answer, call back, throw and
 * show in stacks), follows it to whatever it leads to, and exports what of that is Node's.
 */
export const WALK_PROGRAM: string = `
addEventListener("unhandledrejection", (event) => event.preventDefault()); addEventListener("error", (event) => event.preventDefault());
const seen = new Set();
const found = new Set();
const queue = [];
const look = (value, road) => {
  if ((typeof value !== "object" && typeof value !== "function") || value === null || seen.has(value)) return;
  seen.add(value);
  const has = (...names) => names.every((name) => { try { return typeof value[name] === "function" } catch { return false } });
  const kinds = [
    has("binding", "nextTick") && "process", has("isBuffer", "allocUnsafe") && "Buffer", has("readFileSync") && "fs",
    has("_resolveFilename") && "Module", has("emit", "prependListener") && "EventEmitter", has("_read", "pipe") && "Readable",
    has("_write", "cork") && "Writable", has("readUInt32LE") && "a Buffer", has("compileFunction") && "contextify",
    has("lookup", "resolve4") && "dns", has("spawn", "execFile") && "child_process", has("createServer") && "net",
    has("refresh", "hasRef") && "Timeout", has("runInAsyncScope") && "AsyncResource", has("sync", "syncWithInput") && "calls",
    has("dispatch", "destroy", "close") && "Dispatcher", has("formatWithOptions", "promisify") && "util",
  ].filter(Boolean);
  for (const kind of kinds) found.add(\`\${kind}: \${road}\`);
  queue.push([value, road]);
};
const walk = () => {
  while (queue.length > 0) {
    const [value, road] = queue.shift();
    if (road.split("/").length > 9) continue;
    let keys = [];
    try { keys = Reflect.ownKeys(value) } catch {}
    for (const key of keys) {
      const descriptor = Reflect.getOwnPropertyDescriptor(value, key);
      const next = \`\${road}/\${String(key)}\`;
      if (descriptor === undefined) continue;
      if ("value" in descriptor) look(descriptor.value, next);
      else {
        look(descriptor.get, \`\${next}<get>\`); look(descriptor.set, \`\${next}<set>\`);
        try { look(value[key], next) } catch (error) { look(error, \`\${next}<throws>\`) }
      }
    }
    try { look(Reflect.getPrototypeOf(value), \`\${road}/__proto__\`) } catch {}
    try { if (value instanceof Map) for (const [k, v] of value) { look(k, \`\${road}<key>\`); look(v, \`\${road}<value>\`) } } catch {}
    try { if (value instanceof Set) for (const v of value) look(v, \`\${road}<item>\`) } catch {}
  }
};
const sites = [];
const prepare = Error.prepareStackTrace;
Error.prepareStackTrace = (error, trace) => {
  for (const site of trace) {
    sites.push(site);
    for (const name of ["getThis", "getFunction", "getTypeName", "getEvalOrigin"]) try { look(site[name](), \`callsite.\${name}\`) } catch {}
  }
  return "";
};
const told = (name) => (...args) => { new Error("here").stack; args.forEach((arg, index) => look(arg, \`\${name}(\${index})\`)) };
const sees = (name) => function (...args) { look(this, \`\${name} this\`); told(name)(...args) };
const attempt = async (name, work) => { try { look(await work(), name) } catch (error) { look(error, \`\${name} throws\`); void error?.stack } };
look(globalThis, "globalThis");
for (const site of sites) look(site, "site");
await attempt("setTimeout", () => new Promise((resolve) => setTimeout(function () { sees("setTimeout").call(this); resolve() }, 1)));
await attempt("setInterval", () => new Promise((resolve) => { const id = setInterval(function () { sees("setInterval").call(this); clearInterval(id); resolve() }, 1) }));
await attempt("timer", () => setTimeout(() => {}, 0));
await attempt("clearTimeout", () => clearTimeout({ _onTimeout() {}, [Symbol.toPrimitive]: () => 1 }));
await attempt("queueMicrotask", () => new Promise((resolve) => queueMicrotask(function () { sees("queueMicrotask").call(this); resolve() })));
await attempt("custom", () => console.log({ [Symbol.for("nodejs.util.inspect.custom")]: sees("custom") }));
await attempt("Response", () => new Response("x", { headers: { a: "b" } }));
await attempt("Response stream", () => new Response("x").body);
await attempt("Response reader", async () => new Response("x").body.getReader().read());
await attempt("Request", () => new Request("http://x/", { method: "POST", body: "x" }));
await attempt("Headers", () => new Headers({ a: "b" }));
await attempt("FormData", () => { const form = new FormData(); form.append("a", new File(["x"], "y")); return form });
await attempt("form of response", async () => new Response(new URLSearchParams("a=b")).formData());
await attempt("multipart", async () => { const f = new FormData(); f.append("a", new Blob(["x"])); return new Response(f).formData() });
await attempt("bytes", async () => new Response("x").bytes());
await attempt("Blob", () => new Blob(["x"]));
await attempt("Blob stream", async () => new Blob(["x"]).stream().getReader().read());
await attempt("fetch", () => fetch("http://127.0.0.1:8080/"));
await attempt("dispatcher", () => fetch("http://127.0.0.1:8080/", { method: "POST", body: "x", dispatcher: { dispatch(...args) { look(this, "dispatch this"); told("dispatch")(...args); const [o, h] = args; for (const n of ["onRequestStart","onConnect"]) try { h[n]?.(sees("abort"), {}) } catch (e) { look(e, n) } try { h.onHeaders?.(200, [], sees("resume"), "OK"); h.onData?.(new Uint8Array(1)); h.onComplete?.([]) } catch (e) { look(e, "h") } return true } } }));
await attempt("data", async () => (await fetch("data:text/plain,hi")).body.getReader().read());
await attempt("channel", () => new Promise((resolve) => { const { port1, port2 } = new MessageChannel(); look(port1, "port"); port1.onmessage = function (event) { sees("onmessage").call(this, event); port1.close(); resolve(event) }; port2.postMessage(new Uint8Array(2)) }));
await attempt("signal", () => new Promise((resolve) => { const signal = AbortSignal.timeout(1); look(signal, "signal"); signal.onabort = function (event) { sees("onabort").call(this, event); resolve(event) }; setTimeout(resolve, 50) }));
await attempt("controller", () => { const c = new AbortController(); c.abort(); return c });
await attempt("events", () => { const t = new EventTarget(); t.addEventListener("x", sees("listener")); const e = new CustomEvent("x"); t.dispatchEvent(e); look(t, "target"); return e });
await attempt("clone", () => structuredClone({ a: new Uint8Array(1), b: new Error("x"), c: new Map() }));
await attempt("crypto", () => crypto.getRandomValues(new Uint8Array(4)));
await attempt("subtle", () => crypto.subtle.generateKey({ name: "AES-GCM", length: 128 }, true, ["encrypt"]));
await attempt("encoder", () => new TextEncoder().encode("x"));
await attempt("encoder stream", async () => { const s = new TextEncoderStream(); s.writable.getWriter().write("x"); return s.readable.getReader().read() });
await attempt("transform", () => new TransformStream({ transform: sees("transform"), start: sees("start") }));
await attempt("readable", () => new ReadableStream({ pull: sees("pull"), start: sees("start"), type: "bytes" }));
await attempt("compression", () => new CompressionStream("gzip"));
await attempt("pattern", () => new URLPattern({ pathname: "/a" }));
await attempt("url", () => new URL("http://x/?a=b").searchParams);
await attempt("performance", () => performance.mark?.("x"));
await attempt("wasm", () => WebAssembly.instantiate(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0])));
await attempt("wasm stream", () => WebAssembly.compileStreaming(new Response("x", { headers: { "content-type": "application/wasm" } })));
await attempt("import", () => import("node:fs"));
await attempt("import data", () => import("data:text/javascript,import fs from 'node:fs'; export default fs"));
await attempt("function", () => new Function("return [this, typeof process, typeof require, arguments.callee.caller]")());
await attempt("deep", () => { const f = () => { try { f() } catch (e) { new URL("http://x"); structuredClone({}); throw e } }; f() });
for (const site of sites.slice(0, 20)) look(site, "site");
Error.prepareStackTrace = prepare;
walk();
export default { found: [...found], count: seen.size };
`;
