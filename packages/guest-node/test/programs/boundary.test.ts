import { describe, expect, it } from "vitest";
import { runInGuest } from "../harness/run-program.ts";

describe("what a guest lacks fails by name", () => {
  const uses: readonly (readonly [use: string, name: string])[] = [
    [`require("v8").queryObjects(Map)`, "internal_only_v8.queryObjects"],
    [`require("process").report.writeReport()`, "report.writeReport"],
    [`require("v8").getHeapSnapshot()`, "heap_utils.createHeapSnapshotStream"],
  ];
  for (const [use, name] of uses) {
    it(`${use} names ${name}`, async () => {
      const { stdout } = await runInGuest(
        `try { ${use}; console.log("worked"); } catch (e) { console.log(e.code, e.message); }`,
      );
      expect(stdout).toBe(`ERR_VIVARIUM_UNIMPLEMENTED ${name} is not implemented in this guest\n`);
    });
  }

  it("a file handle in a message says that it does not travel", async () => {
    const { stdout, stderr } = await runInGuest(
      `
      const { open } = require("fs/promises");
      open("/w/file.txt").then(async (file) => {
        try { new MessageChannel().port1.postMessage(file, [file]); } catch (e) { console.log(e.name, e.code); }
      });`,
      { files: { "/w/file.txt": "x" } },
    );
    expect(stderr).toBe("");
    expect(stdout).toBe("DataCloneError 25\n");
  });

  it("every public module loads", async () => {
    const { stdout } = await runInGuest(`
      const failed = []; for (const id of require("module").builtinModules) try { require(id); } catch (e) { failed.push(id + " " + e.code); }
      console.log(failed.join("\\n"));`);
    // As in a Node that was built without its inspector.
    expect(stdout.trim().split("\n").sort()).toEqual([
      "inspector ERR_INSPECTOR_NOT_AVAILABLE",
      "inspector/promises ERR_INSPECTOR_NOT_AVAILABLE",
      "trace_events ERR_TRACE_EVENTS_UNAVAILABLE",
    ]);
  });
});

describe("nothing beneath the library is within a program's reach", () => {
  it("process.binding and its kin are closed", async () => {
    const { stdout } = await runInGuest(
      `
      for (const name of ["binding", "_linkedBinding"]) try { process[name]("fs"); } catch (e) { console.log(e.code); }
      for (const id of ["internal/util", "internal/bootstrap/realm", "internal/test/binding"]) try { require(id); } catch (e) { console.log(e.code); }
      try { process.dlopen({ exports: {} }, "/w/x.node"); } catch (e) { console.log(e.code); }`,
      { files: { "/w/x.node": "\u007fELF".padEnd(64) } },
    );
    expect(stdout).toBe(
      "ERR_ACCESS_DENIED\nERR_ACCESS_DENIED\nMODULE_NOT_FOUND\nMODULE_NOT_FOUND\nMODULE_NOT_FOUND\nERR_DLOPEN_DISABLED\n",
    );
  });

  it("the global object has Node's names alone", async () => {
    const program = `module.exports = Object.getOwnPropertyNames(globalThis).sort();`;
    const { exports } = await runInGuest(program);
    const { runInNewContext } = await import("node:vm");
    const known = new Set([
      ...Object.getOwnPropertyNames(globalThis),
      ...(runInNewContext("Object.getOwnPropertyNames(globalThis)") as string[]),
    ]);
    const extra = (exports as string[]).filter((name) => !known.has(name));
    expect(extra).toEqual([]);
  });

  it("no stack frame shows our functions, receivers or file", async () => {
    const { stdout } = await runInGuest(`
      const seen = new Set();
      Error.stackTraceLimit = 100;
      Error.prepareStackTrace = (error, sites) => { for (const s of sites) { seen.add(s.getFileName()); if (s.getFunction() && String(s.getFileName()).includes("vivarium")) seen.add("function"); if (s.getThis() && String(s.getFileName()).startsWith("node:internal/viv")) seen.add("this"); } return ""; };
      const look = () => new Error().stack; const target = { get x() { look(); return 1; } };
      look(); setImmediate(() => { look(); console.log([...seen].filter((f) => String(f).includes("vivarium") || f === "this" || f === "function")); });
      process.on("exit", look); structuredClone(target); new URL("http://a"); require("util").inspect(target, { getters: true });`);
    expect(stdout).toBe("[]\n");
  });

  it("patched prototypes see no call, no window and no helper", async () => {
    const { stdout } = await runInGuest(`
      const seen = []; const { apply } = Reflect; const { hasOwn } = Object; const Shared = SharedArrayBuffer;
      const look = (v, name) => { if (v === null || (typeof v !== "object" && typeof v !== "function")) return; if (hasOwn(v, "fs.stat") || hasOwn(v, "control") || (v instanceof Uint8Array && v.buffer instanceof Shared)) seen[seen.length] = name; };
      const watch = (owner, name) => { const own = owner[name]; owner[name] = function () { look(this, name); for (let i = 0; i < arguments.length; i++) look(arguments[i], name); return apply(own, this, arguments); }; };
      for (const name of ["push", "shift", "map", "slice", "indexOf", "concat", "splice", "includes", Symbol.iterator]) watch(Array.prototype, name);
      for (const name of ["get", "set", "has"]) { watch(Map.prototype, name); watch(WeakMap.prototype, name); }
      for (const name of ["set", "subarray", "slice"]) watch(Object.getPrototypeOf(Uint8Array.prototype), name);
      for (const name of ["call", "apply", "bind"]) watch(Function.prototype, name); watch(Promise.prototype, "then");
      const { existsSync, statSync } = require("fs"); existsSync("/w"); statSync("/w"); new URL("http://x/y"); Buffer.from("x").toString("base64"); structuredClone({ a: [1] }); console.log("done", seen);
      require("fs").promises.stat("/w").then(() => console.log("async", seen));`);
    expect(stdout).toBe("done []\nasync []\n");
  });
});

describe("what leaves a guest", () => {
  it("is module.exports, or the namespace of a module", async () => {
    expect((await runInGuest(`module.exports = { m: new Map([[1, new Date(5)]]), n: 2n };`)).exports).toEqual({
      m: new Map([[1, new Date(5)]]),
      n: 2n,
    });
    expect((await runInGuest(`export const a = await 1; export default [2];`, { path: "/w/x.mjs" })).exports).toEqual({
      a: 1,
      default: [2],
    });
    expect((await runInGuest(`{ "j": [1] }`, { path: "/w/x.json" })).exports).toEqual({ j: [1] });
  });

  it("is whole when it is long and leaves in pieces", async () => {
    const { exports } = await runInGuest(
      `module.exports = Array.from({ length: 60000 }, (_, index) => "text " + index);`,
    );
    expect(exports).toEqual(Array.from({ length: 60_000 }, (_, index) => `text ${index}`));
  });

  it("is refused by the path of what cannot leave", async () => {
    expect((await runInGuest(`exports.handler = () => {};`)).refused).toBe("exports.handler is a function");
  });
});

describe("a guest's standard input and environment", () => {
  it("is read as a stream", async () => {
    const { stdout } = await runInGuest(
      `let all = ""; process.stdin.setEncoding("utf8"); process.stdin.on("data", (d) => (all += d)); process.stdin.on("end", () => console.log("got", all));`,
      { stdin: "line 1\nline 2" },
    );
    expect(stdout).toBe("got line 1\nline 2\n");
  });

  it("is read line by line", async () => {
    const { stdout } = await runInGuest(
      `(async () => { for await (const line of require("readline").createInterface({ input: process.stdin })) console.log("[" + line + "]"); })();`,
      { stdin: "a\nb\n" },
    );
    expect(stdout).toBe("[a]\n[b]\n");
  });

  it("holds strings, and refuses what the kernel refuses", async () => {
    const { stdout } = await runInGuest(
      `process.env.A = 1; console.log(process.env.A === "1", "B" in process.env, delete process.env.A, process.env.A, process.env.GIVEN, Object.keys(process.env)); try { process.env.DENIED = "x"; } catch (e) { console.log(e.code); }`,
      { env: { GIVEN: "yes" } },
    );
    expect(stdout).toBe("true false true undefined yes [ 'GIVEN' ]\nEACCES\n");
  });

  it("keep a variable that may not be removed, and say so", async () => {
    const { stdout } = await runInGuest(
      `try { delete process.env.KEPT; } catch (e) { console.log(e.code, e.syscall, e.message); } console.log(process.env.KEPT, delete process.env.ABSENT);`,
      { env: { KEPT: "yes" } },
    );
    expect(stdout).toBe("EACCES unsetenv EACCES: permission denied, unsetenv 'KEPT'\nyes true\n");
  });
});
