import { afterAll, expect, test } from "vitest";
import {
  allowAll,
  createInMemoryFileSystem,
  createNodeDriver,
  createNodeRuntimeDriverFactory,
  NodeRuntime,
} from "../../src/index.ts";

const runtime = new NodeRuntime({
  systemDriver: createNodeDriver({ filesystem: createInMemoryFileSystem(), permissions: allowAll }),
  runtimeDriverFactory: createNodeRuntimeDriverFactory({ maxCells: 4 }),
});
afterAll(() => runtime.dispose());

/** What `node` with arguments answers, where a few files are. */
async function node(...args: string[]): Promise<unknown> {
  const result = await runtime.run(`
    const fs = require("node:fs");
    const { spawnSync } = require("node:child_process");
    fs.mkdirSync("/tests", { recursive: true });
    fs.writeFileSync("/tests/good.test.js", "require('node:test')('is good', () => {});");
    fs.writeFileSync("/tests/bad.test.mjs", "import test from 'node:test'; test('is bad', () => { throw new Error('so bad'); });");
    fs.writeFileSync("/tests/broken.js", "console.log('ran'); let let");
    const { status, stdout, stderr } = spawnSync("node", ${JSON.stringify(args)}, { cwd: "/tests", encoding: "utf8" });
    module.exports = { status, stdout, stderr };
  `);
  expect(result.errorMessage).toBeUndefined();
  return result.exports;
}

test("`node --test` finds the tests of a directory, runs each in a guest of its own and tells by a reporter", async () => {
  const tap = {
    status: 1,
    stdout: expect.stringMatching(/^TAP version 13[\s\S]*not ok 1 - is bad[\s\S]*ok 2 - is good/),
  };
  expect(await node("--test", "--test-reporter=tap")).toMatchObject({ ...tap, stderr: "" });
});

test("`node --test` runs tests in its own guest where it is told to, and gives its options on where it is not", async () => {
  expect(await node("--test", "--test-isolation=none", "--test-reporter=dot", "good.test.js")).toMatchObject({
    status: 0,
    stdout: ".\n",
  });
  const unseen = { status: 0, stdout: expect.stringContaining("fail 0\n") };
  expect(await node("--test", "--test-name-pattern=nothing", "bad.test.mjs")).toMatchObject(unseen);
});

test("`node --check` reads a file and runs nothing of it", async () => {
  expect(await node("--check", "good.test.js")).toEqual({ status: 0, stdout: "", stderr: "" });
  const broken = { status: 1, stdout: "", stderr: expect.stringMatching(/^\/tests\/broken\.js:1\n[\s\S]*SyntaxError/) };
  expect(await node("-c", "broken.js")).toMatchObject(broken);
});

test("`node --version` tells it", async () => {
  expect(await node("--version")).toEqual({ status: 0, stdout: `${process.version}\n`, stderr: "" });
});

test("a child heeds NODE_OPTIONS, which those it may hold are told of, and collects garbage where it was told that it may", async () => {
  const result = await runtime.run(`
    const { spawnSync } = require("node:child_process");
    const { allowedNodeEnvironmentFlags: allowed } = process;
    const node = (options, code) => {
      const { status, stdout, stderr } = spawnSync("node", ["-p", code], { env: { NODE_OPTIONS: options }, encoding: "utf8" });
      return { status, stdout, stderr };
    };
    module.exports = {
      flags: ["--require", "-r", "--perf_basic_prof", "--eval", "--no-such-thing"].map((name) => allowed.has(name)),
      ignored: allowed.add("--eval").has("--eval"),
      warns: node("--no-deprecation", "process.noDeprecation"),
      gc: node("--expose-gc", "typeof gc + gc() + (gc({ execution: 'async' }) instanceof Promise)"),
      none: node("", "typeof gc"),
      wrong: node("--eval 1", "1"),
    };
  `);
  expect(result.errorMessage).toBeUndefined();
  expect(result.exports).toEqual({
    flags: [true, true, true, false, false],
    ignored: false,
    warns: { status: 0, stdout: "true\n", stderr: "" },
    gc: { status: 0, stdout: "functionundefinedtrue\n", stderr: "" },
    none: { status: 0, stdout: "undefined\n", stderr: "" },
    wrong: { status: 9, stdout: "", stderr: "node: --eval is not allowed in NODE_OPTIONS\n" },
  });
});

test("a child that has ended is told of after what it wrote, to who reads that, and at once to who does not", async () => {
  const result = await runtime.run(`
    import { spawn } from "node:child_process";
    import { once } from "node:events";
    const write = "let at = 0; (function next() { process.stdout.write(at + ' '); if (++at < 400) setImmediate(next); })()";
    const writer = ["-e", write];
    const reading = spawn("node", writer);
    let read = "";
    reading.stdout.setEncoding("utf8").on("data", (text) => (read += text));
    const [code] = await once(reading, "exit");
    export const words = [code, read.split(" ").length];
    const closing = spawn("node", writer);
    closing.stdout.destroy();
    const idle = spawn("node", ["-e", "process.stdout.write('x'.repeat(100_000))"]);
    export const others = (await Promise.all([once(closing, "exit"), once(idle, "exit")])).length;
  `);
  expect(result).toMatchObject({ code: 0, exports: { words: [0, 401], others: 2 } });
});
