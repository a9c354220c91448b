import { setTimeout as delay } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, expectTypeOf, it } from "vitest";
import {
  allowAll,
  type Diagnostic,
  type ExecutionReport,
  NodeRuntime,
  type Outcome,
  Runtime,
  type RuntimeDriverFactory,
  type RuntimeOptions,
  type SystemDriver,
} from "../../src/index.ts";
import { createEvaluatingFactory } from "./evaluating-driver.ts";
import { createTinyFileSystem } from "./tiny-file-system.ts";

const systemDriver: SystemDriver = {
  permissions: allowAll,
  filesystem: createTinyFileSystem(),
  processConfig: { cwd: "/work", argv: ["--config"], stdin: "input" },
  osConfig: {},
};

const runtimes: Runtime[] = [];
afterEach(async () => {
  for (const runtime of runtimes.splice(0)) await runtime.dispose();
});

function start(options: Partial<RuntimeOptions> = {}) {
  const runtimeDriverFactory = createEvaluatingFactory();
  const runtime = new NodeRuntime({ systemDriver, runtimeDriverFactory, ...options });
  runtimes.push(runtime);
  return { runtime, driver: () => runtimeDriverFactory.drivers[0] };
}

/** A factory whose driver answers what it is told, as a faulty one might. */
function answering(execute: () => Promise<unknown>): RuntimeDriverFactory {
  return {
    name: "faulty",
    createRuntimeDriver: () => ({
      execute: execute as () => Promise<ExecutionReport>,
      [Symbol.asyncDispose]: async () => undefined,
    }),
  };
}

describe("Runtime.run()", () => {
  it("brings back the exports, decoded, with the code and the outcome", async () => {
    const { runtime } = start();
    const result = await runtime.run<{ message: string }>("module.exports = { message: 'hi' };");
    expect(result).toEqual({ code: 0, exports: { message: "hi" }, outcome: { kind: "returned", code: 0 } });
    expectTypeOf(result.exports).toEqualTypeOf<{ message: string } | undefined>();
    expectTypeOf((await runtime.run("")).exports).toEqualTypeOf<unknown>();
  });

  it("takes the name of the program as second argument, or options", async () => {
    const { runtime, driver } = start();
    await runtime.run("", "/a.mjs");
    await runtime.run("", { filePath: "/b.ts" });
    await runtime.run("");
    expect(driver()?.executions.map(({ filePath }) => filePath)).toEqual(["/a.mjs", "/b.ts", "/entry.js"]);
  });

  it("returns what the program did as a result, and throws for none of it", async () => {
    const { runtime } = start();
    expect(await runtime.run("throw new TypeError('boo')")).toEqual({
      code: 1,
      errorMessage: "TypeError: boo",
      outcome: { kind: "threw", code: 1, errorMessage: "TypeError: boo" },
    });
    expect((await runtime.run("module.exports = { handler() {} }")).errorMessage).toBe("exports.handler is a function");
  });

  it.each<[Outcome, string | undefined]>([
    [{ kind: "returned", code: 7 }, undefined],
    [{ kind: "exited", code: 3 }, undefined],
    [{ kind: "cpu-time-limit", code: 124, limitMs: 5 }, "The program used more than 5 ms of CPU time"],
    [{ kind: "wall-time-limit", code: 124, limitMs: 5 }, "The program took longer than 5 ms"],
    [{ kind: "out-of-memory", code: 1, limitMiB: 64 }, "The program used more than 64 MiB of memory"],
    [{ kind: "output-limit", code: 1, limitBytes: 9 }, "The program wrote more than 9 bytes of output"],
    [{ kind: "result-limit", code: 1, limitBytes: 9, errorMessage: "too big" }, "too big"],
    [{ kind: "process-memory-limit", code: 1, limitMiB: 96 }, "The process of the program grew by more than 96 MiB"],
    [{ kind: "system-call-limit", code: 1, limitCalls: 9 }, "The program made more than 9 system calls"],
    [
      { kind: "system-call-rate-limit", code: 1, limitCallsPerSecond: 9 },
      "The program made more than 9 system calls per second",
    ],
    [
      { kind: "pending-calls-limit", code: 1, limitCalls: 9 },
      "The program had more than 9 asynchronous system calls under way",
    ],
    [{ kind: "timers-limit", code: 1, limitTimers: 9 }, "The program had more than 9 timers and handles at once"],
    [{ kind: "crashed", code: 1, errorMessage: "gone" }, "gone"],
    [{ kind: "aborted", code: 130 }, "The run was aborted"],
    [{ kind: "aborted", code: 130, reason: "enough" }, "The run was aborted: enough"],
  ])("words the outcome %j", async (outcome, errorMessage) => {
    const { runtime } = start({ runtimeDriverFactory: answering(async () => ({ outcome })) });
    const expected =
      errorMessage === undefined ? { code: outcome.code, outcome } : { code: outcome.code, errorMessage, outcome };
    expect(await runtime.run("")).toEqual(expected);
    expect(await runtime.exec("")).toEqual(expected);
  });

  it("ends in the outcome crashed when the exports are malformed", async () => {
    const outcome: Outcome = { kind: "returned", code: 0 };
    for (const bytes of [[], [1], [1, 99], [2, 0], [1, 16, 255, 255, 3]]) {
      const exports = Uint8Array.from(bytes);
      const { runtime } = start({ runtimeDriverFactory: answering(async () => ({ outcome, exports })) });
      const result = await runtime.run("");
      expect(result).toMatchObject({ code: 1, outcome: { kind: "crashed" } });
      expect(result.errorMessage).toMatch(/^The cell sent malformed exports: Cannot decode the value: /);
      expect("exports" in result).toBe(false);
    }
  });

  it("throws a coded error for a driver that answers nonsense or fails", async () => {
    for (const answer of [undefined, null, 5, {}, { outcome: "returned" }, { outcome: { kind: "returned" } }]) {
      const { runtime } = start({ runtimeDriverFactory: answering(async () => answer) });
      await expect(runtime.run("")).rejects.toMatchObject({ code: "ERR_DRIVER_ANSWER" });
    }
    const cause = new Error("no memory");
    const { runtime } = start({ runtimeDriverFactory: answering(() => Promise.reject(cause)) });
    await expect(runtime.exec("")).rejects.toMatchObject({ code: "ERR_CELL_FAILED", cause });
  });
});

describe("Runtime.exec()", () => {
  it("asks for no exports and gives none", async () => {
    const { runtime, driver } = start();
    expect(await runtime.exec("module.exports = () => 1")).toEqual({ code: 0, outcome: { kind: "returned", code: 0 } });
    expect(driver()?.executions[0]?.mode).toBe("exec");
  });

  it("hands the driver every option, filled in from the system driver and the runtime", async () => {
    const onStdio = (): void => undefined;
    const { runtime, driver } = start({ memoryLimit: 64, cpuTimeLimitMs: 5, onStdio });
    await runtime.exec("1");
    await runtime.exec("2", {
      filePath: "/a.ts",
      env: { A: "1" },
      cwd: "/",
      argv: [],
      stdin: new Uint8Array([1]),
      cpuTimeLimitMs: 9,
    });
    const [first, second] = driver()?.executions ?? [];
    expect(first).toMatchObject({
      code: "1",
      filePath: "/entry.js",
      env: {},
      cwd: "/work",
      argv: ["--config"],
      stdin: "input",
      onStdio,
    });
    expect(first?.limits).toMatchObject({ memoryLimit: 64, cpuTimeLimitMs: 5, openFilesLimit: 1024 });
    expect(second).toMatchObject({ code: "2", filePath: "/a.ts", env: { A: "1" }, cwd: "/", argv: [], onStdio });
    expect(second?.limits).toMatchObject({ memoryLimit: 64, cpuTimeLimitMs: 9 });
    expect(driver()?.context).toMatchObject({ systemDriver, limits: { memoryLimit: 64, cpuTimeLimitMs: 5 } });
  });

  it("uses a copy of the options: what was validated is what is used", async () => {
    const { runtime, driver } = start();
    const env: Record<string, string> = JSON.parse('{"__proto__": "x"}');
    const running = runtime.exec("", { env });
    env.LATER = "1";
    await running;
    expect(Object.entries(driver()?.executions[0]?.env ?? {})).toEqual([["__proto__", "x"]]);
  });

  it("prefers the listener of the run to that of the runtime", async () => {
    const heard: string[] = [];
    const { runtime } = start({ onStdio: ({ message }) => void heard.push(`runtime ${message}`) });
    const program = "execution.onStdio({ channel: 'stdout', message: 'x' })";
    await runtime.exec(program);
    await runtime.exec(program, { onStdio: ({ message }) => void heard.push(`run ${message}`) });
    expect(heard).toEqual(["runtime x", "run x"]);
  });
});

describe("abort and dispose", () => {
  const forever = "await new Promise(() => {})";

  it("does not start a run whose signal is aborted already", async () => {
    const { runtime, driver } = start();
    expect(await runtime.run("", { signal: AbortSignal.abort("no") })).toEqual({
      code: 130,
      errorMessage: "The run was aborted: no",
      outcome: { kind: "aborted", code: 130, reason: "no" },
    });
    expect((await runtime.exec("", { signal: AbortSignal.abort(new Error("why")) })).outcome).toMatchObject({
      reason: "why",
    });
    expect((await runtime.exec("", { signal: AbortSignal.abort(5) })).outcome).toEqual({ kind: "aborted", code: 130 });
    expect(driver()?.executions).toEqual([]);
  });

  it("ends a run when its signal is aborted, and that run alone", async () => {
    const { runtime } = start();
    const controller = new AbortController();
    const [ended, other] = [runtime.run(forever, { signal: controller.signal }), runtime.run("module.exports = 1")];
    controller.abort("enough");
    expect((await ended).outcome).toEqual({ kind: "aborted", code: 130, reason: "enough" });
    expect((await other).exports).toBe(1);
  });

  it("ends runs in flight on terminate, and goes on with those that come then", async () => {
    const { runtime } = start();
    const running = [runtime.run(forever), runtime.exec(forever)];
    const ends = [runtime.terminate(), runtime.terminate()];
    const later = runtime.run("module.exports = 1");
    await Promise.all(ends);
    for (const result of await Promise.all(running)) {
      expect(result.outcome).toEqual({ kind: "aborted", code: 130, reason: "the runtime has terminated its runs" });
    }
    expect((await later).exports).toBe(1);
    await runtime.dispose();
    await runtime.terminate();
  });

  it("ends runs in flight on dispose, disposes of the driver once, and refuses to run afterwards", async () => {
    const { runtime, driver } = start();
    const running = [runtime.run(forever), runtime.exec(forever)];
    await delay(1);
    const disposals = [runtime.dispose(), runtime.dispose(), runtime[Symbol.asyncDispose]()];
    for (const result of await Promise.all(running)) {
      expect(result.outcome).toEqual({ kind: "aborted", code: 130, reason: "the runtime has been disposed of" });
    }
    await Promise.all(disposals);
    expect(driver()?.disposals).toBe(1);
    await expect(runtime.run("")).rejects.toMatchObject({ code: "ERR_DISPOSED" });
    await expect(runtime.exec("")).rejects.toMatchObject({ code: "ERR_DISPOSED" });
  });

  it("works with await using", async () => {
    const runtimeDriverFactory = createEvaluatingFactory();
    {
      await using runtime = new Runtime({ systemDriver, runtimeDriverFactory });
      await runtime.exec("");
    }
    expect(runtimeDriverFactory.drivers[0]?.disposals).toBe(1);
  });
});

describe("diagnostics", () => {
  const diagnostic: Diagnostic = { code: "ERR_CHECK_THREW", message: "Denied read" };
  let printing: NodeJS.WarningListener[] = [];

  // Warnings are looked at here, and printed nowhere.
  beforeEach(() => {
    printing = process.listeners("warning");
    process.removeAllListeners("warning");
  });
  afterEach(() => {
    for (const listener of printing) process.on("warning", listener);
  });

  it("go to the listener", () => {
    const heard: Diagnostic[] = [];
    const { driver } = start({ onDiagnostic: (heardOne) => heard.push(heardOne) });
    driver()?.context.onDiagnostic(diagnostic);
    expect(heard).toEqual([diagnostic]);
  });

  it("become a warning of the process when there is none", async () => {
    const warned = new Promise<Error>((resolve) => process.once("warning", resolve));
    start().driver()?.context.onDiagnostic(diagnostic);
    expect(await warned).toMatchObject({ name: "VivariumWarning", code: "ERR_CHECK_THREW", message: "Denied read" });
  });

  it.each([
    [new Error("the database is down"), "Denied read: Error: the database is down"],
    [new TypeError(""), "Denied read: TypeError"],
    ["down", "Denied read: down"],
    [new Error("a\nb\u001b[2J\u009b\u2028\u202ec"), "Denied read: Error: a\\nb\\u001b[2J\\u009b\\u2028\\u202ec"],
    [new Error("x".repeat(600)), `Denied read: Error: ${"x".repeat(493)}… (607 characters)`],
    [undefined, "Denied read"],
    [{ message: 5 }, "Denied read"],
    [
      {
        get message() {
          throw new Error("not this one");
        },
      },
      "Denied read",
    ],
  ])("tell their cause in the warning, on one line: %#", async (cause, message) => {
    const warned = new Promise<Error>((resolve) => process.once("warning", resolve));
    start()
      .driver()
      ?.context.onDiagnostic({ ...diagnostic, cause });
    expect((await warned).message).toBe(message);
  });
});
