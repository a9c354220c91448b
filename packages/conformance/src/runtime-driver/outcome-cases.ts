import { expect } from "vitest";
import type { RuntimeDriverBench } from "./runtime-driver-bench.ts";
import type { RuntimeDriverCase } from "./runtime-driver-case.ts";

interface Failure {
  readonly code: string;
  /** In the message of the error. */
  readonly says: readonly string[];
  readonly filePath?: string;
}

/** A program ends as `threw`, code 1, with a message that says so; nothing of the host is in it. */
async function expectThrew(
  { exec }: RuntimeDriverBench,
  { code, says, filePath = "/entry.js" }: Failure,
): Promise<void> {
  const { outcome, stderr } = await exec(code, { filePath });
  expect(outcome).toMatchObject({ kind: "threw", code: 1 });
  const message = outcome.kind === "threw" ? outcome.errorMessage : "";
  for (const part of says) expect(message).toContain(part);
  expect(message + stderr).not.toContain(import.meta.dirname);
  expect(message + stderr).not.toContain(process.cwd());
}

/** What a program gives back, and how it can end of itself. */
export const outcomeCases: readonly RuntimeDriverCase[] = [
  {
    name: "a CommonJS program returns its module.exports",
    async run({ exportsOf }) {
      expect(await exportsOf("module.exports = { message: 'hello', sum: 1 + 1 };")).toEqual({
        message: "hello",
        sum: 2,
      });
    },
  },
  {
    name: "an ES module returns its namespace, top-level await included",
    async run({ exportsOf }) {
      const code = "export const message = await Promise.resolve('hello'); export default 5;";
      expect(await exportsOf(code, { filePath: "/entry.mjs" })).toMatchObject({ message: "hello", default: 5 });
    },
  },
  {
    name: "a TypeScript program runs with its types stripped",
    async run({ exportsOf }) {
      const code = "interface Pair { a: number } const pair: Pair = { a: 1 }; export { pair };";
      expect(await exportsOf(code, { filePath: "/entry.mts" })).toMatchObject({ pair: { a: 1 } });
    },
  },
  {
    name: "exports keep their kinds: maps, sets, dates, errors, typed arrays, big integers, circles",
    async run({ exportsOf }) {
      const exports = await exportsOf(`
        const circle = { name: "circle" };
        circle.self = circle;
        module.exports = {
          circle, map: new Map([["k", new Set([1])]]), date: new Date(5), regexp: /a+/gi,
          error: new RangeError("too far"), bytes: new Uint8Array([1, 2]), big: 10n ** 30n,
          nothing: [undefined, null, NaN, -0],
        };`);
      const { circle, error, ...rest } = exports as { circle: { self: unknown }; error: unknown };
      expect(circle.self).toBe(circle);
      expect(error).toBeInstanceOf(Error);
      expect(error).toMatchObject({ name: "RangeError", message: "too far" });
      expect(rest).toEqual({
        map: new Map([["k", new Set([1])]]),
        date: new Date(5),
        regexp: /a+/gi,
        bytes: new Uint8Array([1, 2]),
        big: 10n ** 30n,
        nothing: [undefined, null, Number.NaN, -0],
      });
    },
  },
  {
    name: "exports that cannot leave end as unexportable, and the message says which",
    isThorough: true,
    async run({ run }) {
      const wrong: Readonly<Record<string, string>> = {
        handler: "() => 1",
        symbol: "Symbol('s')",
        getter: "{ get boom() { throw new Error('boom'); } }",
      };
      for (const [name, value] of Object.entries(wrong)) {
        const { outcome, exports } = await run(`module.exports = { ${name}: ${value} };`);
        expect(outcome, name).toMatchObject({ kind: "unexportable", code: 1 });
        expect(outcome.kind === "unexportable" && outcome.errorMessage).toContain(name);
        expect(exports).toBeUndefined();
      }
    },
  },
  {
    name: "exports that misbehave on the way out end in a report, and never in an exception",
    isThorough: true,
    async run(bench) {
      const hostile = [
        "new Proxy({}, { ownKeys() { throw 1; }, get() { for (;;); } })",
        "Object.setPrototypeOf({ then(resolve) { resolve(5); } }, null)",
        "{ toJSON() { process.exit(9); } }",
        "(() => { let deep = {}; for (let i = 0; i < 1e5; i += 1) deep = { deep }; return deep; })()",
      ];
      for (const value of hostile) {
        const { outcome } = await bench.run(`module.exports = { value: ${value} };`, {
          limits: { cpuTimeLimitMs: 500 },
        });
        expect(["returned", "unexportable", "result-limit", "cpu-time-limit"], value).toContain(outcome.kind);
      }
      expect(await bench.exportsOf("module.exports = 1;")).toBe(1);
    },
  },
  {
    name: "exec gives no exports",
    async run({ exec }) {
      const { outcome, exports } = await exec("module.exports = { handler() {} };");
      expect(outcome).toEqual({ kind: "returned", code: 0 });
      expect(exports).toBeUndefined();
    },
  },
  {
    name: "a program ends when nothing is left to do: timers, immediates, promises and ticks are waited for",
    async run({ exec }) {
      const { outcome, stdout } = await exec(`
        const later = () => { console.log("timeout"); Promise.resolve().then(() => console.log("then")); };
        setImmediate(() => { console.log("immediate"); setTimeout(later, 5); });
        process.nextTick(() => console.log("tick"));
        process.on("exit", (code) => console.log("exit", code));
        console.log("sync");`);
      expect(stdout).toBe("sync\ntick\nimmediate\ntimeout\nthen\nexit 0\n");
      expect(outcome).toEqual({ kind: "returned", code: 0 });
    },
  },
  {
    name: "process.exitCode is the code of a program that returns",
    async run({ exec }) {
      expect((await exec("process.exitCode = 4;")).outcome).toEqual({ kind: "returned", code: 4 });
    },
  },
  {
    name: "process.exit deep in a stack ends a program at once",
    async run({ exec }) {
      const { outcome, stdout } = await exec(`
        const dive = (depth) => { if (depth === 0) process.exit(3); try { dive(depth - 1); } catch { console.log("caught"); } finally { console.log("finally"); } };
        setTimeout(() => console.log("later"), 0);
        console.log("before");
        dive(50);
        console.log("after");`);
      expect(outcome).toEqual({ kind: "exited", code: 3 });
      expect(stdout).toBe("before\n");
    },
  },
  {
    name: "an uncaught error ends a program as threw, with its message on stderr",
    async run(bench) {
      await expectThrew(bench, { code: "throw new TypeError('went wrong');", says: ["TypeError", "went wrong"] });
      const { stderr } = await bench.exec("throw new TypeError('went wrong');");
      expect(stderr).toContain("went wrong");
      expect(stderr).toContain("/entry.js:1");
    },
  },
  {
    name: "an uncaught error in a callback, and an unhandled rejection, end a program as threw",
    async run(bench) {
      await expectThrew(bench, { code: "setTimeout(() => { throw new Error('late'); }, 1);", says: ["late"] });
      await expectThrew(bench, { code: "Promise.reject(new Error('rejected'));", says: ["rejected"] });
      await expectThrew(bench, {
        code: "await 0; throw new Error('awaited');",
        says: ["awaited"],
        filePath: "/entry.mjs",
      });
    },
  },
  {
    name: "what a program throws may be anything",
    isThorough: true,
    async run({ exec }) {
      const thrown = [
        "null",
        "undefined",
        "'text'",
        "5n",
        "Symbol('s')",
        "{ get message() { for (;;); } }",
        "new Proxy(Error('p'), {})",
      ];
      for (const value of thrown) {
        const { outcome } = await exec(`throw ${value};`, { limits: { cpuTimeLimitMs: 500 } });
        expect(["threw", "cpu-time-limit"], value).toContain(outcome.kind);
      }
    },
  },
  {
    name: "a handler of uncaught errors and of rejections is honoured",
    async run({ exec }) {
      const { outcome, stdout } = await exec(`
        process.on("uncaughtException", (error) => console.log("error", error.message));
        process.on("unhandledRejection", (error) => console.log("rejection", error.message));
        Promise.reject(new Error("one"));
        setTimeout(() => { throw new Error("two"); }, 1);`);
      expect(stdout).toBe("rejection one\nerror two\n");
      expect(outcome).toEqual({ kind: "returned", code: 0 });
    },
  },
  {
    name: "a program with a syntax error never begins, and the message names it",
    async run(bench) {
      await expectThrew(bench, { code: "console.log('begun');\nconst = 5;", says: ["SyntaxError"] });
      await expectThrew(bench, { code: "export const = 5;", says: ["SyntaxError"], filePath: "/entry.mjs" });
      expect((await bench.exec("console.log('begun');\nconst = 5;")).stdout).toBe("");
    },
  },
  {
    name: "a missing module ends a program, and the message names it",
    async run(bench) {
      await expectThrew(bench, { code: "require('not-there');", says: ["not-there"] });
      await expectThrew(bench, { code: "import 'not-there';", says: ["not-there"], filePath: "/entry.mjs" });
    },
  },
];
