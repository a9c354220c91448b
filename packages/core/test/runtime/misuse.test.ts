import { describe, expect, it } from "vitest";
import {
  allowAll,
  BareRuntime,
  defineModule,
  NodeRuntime,
  Runtime,
  type SystemDriver,
  WebRuntime,
} from "../../src/index.ts";
import { createEvaluatingFactory } from "./evaluating-driver.ts";

const systemDriver: SystemDriver = { permissions: {}, processConfig: {}, osConfig: {} };

function construct(options: unknown): unknown {
  return Reflect.construct(Runtime, [options]);
}

function constructWith(options: object): unknown {
  return construct({ systemDriver, runtimeDriverFactory: createEvaluatingFactory(), ...options });
}

describe("a runtime driver", () => {
  it("has guests of Node's alone where it does not say more", () => {
    const options = { systemDriver, runtimeDriverFactory: createEvaluatingFactory() };
    for (const Refused of [WebRuntime, BareRuntime])
      expect(() => new Refused(options)).toThrow(
        expect.objectContaining({
          code: "ERR_UNSUPPORTED_CAPABILITY",
          message: expect.stringMatching(/"evaluating" does not support it; it has: node$/),
        }),
      );
    expect(() => new NodeRuntime(options)).not.toThrow();
  });

  it("is given no module of the host where it does not say that its guests can import one", async () => {
    const modules = { "host:thing": defineModule({ one: 1 }) };
    const refused = {
      code: "ERR_UNSUPPORTED_CAPABILITY",
      message: 'Cannot use modules of the host: "evaluating" does not support it',
    };
    const factory = createEvaluatingFactory();
    expect(() => new NodeRuntime({ systemDriver, runtimeDriverFactory: factory, modules })).toThrow(
      expect.objectContaining(refused),
    );
    expect(factory.drivers).toHaveLength(0);
    await using runtime = new NodeRuntime({ systemDriver, runtimeDriverFactory: factory });
    await expect(runtime.run("return", { modules })).rejects.toMatchObject(refused);
    await using serving = new NodeRuntime({
      systemDriver,
      runtimeDriverFactory: { ...factory, servesModules: true },
      modules,
    });
    await serving.run("return", { modules: { "host:other": modules["host:thing"] } });
    expect([...(factory.drivers.at(-1)?.executions[0]?.modules?.keys() ?? [])]).toEqual(["host:thing", "host:other"]);
  });

  it("is told the profile, when it is made and with each run", async () => {
    const factory = { ...createEvaluatingFactory(), profiles: ["bare"] as const };
    await using runtime = new BareRuntime({ systemDriver, runtimeDriverFactory: factory });
    await runtime.run("return");
    const [driver] = factory.drivers;
    expect([driver?.context.profile, driver?.executions[0]?.profile]).toEqual(["bare", "bare"]);
    expect(() => new NodeRuntime({ systemDriver, runtimeDriverFactory: factory })).toThrow(/it has: bare/);
  });

  it("is not asked to give a guest without a process what is found there", async () => {
    const factory = { ...createEvaluatingFactory(), profiles: ["bare"] as const };
    const world = { ...systemDriver, processConfig: { cwd: "/gone", argv: ["--config"] } };
    await using runtime = new BareRuntime({ systemDriver: world, runtimeDriverFactory: factory });
    for (const options of [{ argv: [] }, { env: {} }, { cwd: "/" }, { stdin: "" }])
      await expect(runtime.run("return", options)).rejects.toMatchObject({ code: "ERR_INVALID_OPTION" });
    await runtime.run("return");
    expect(factory.drivers[0]?.executions[0]).toMatchObject({ cwd: "/", argv: [] });
  });
});

describe("new Runtime() refuses by code and by name", () => {
  it.each([
    ["no options", undefined, "ERR_INVALID_OPTION", "options of the runtime"],
    ["an array", [], "ERR_INVALID_OPTION", "options of the runtime"],
    ["no system driver", {}, "ERR_INVALID_DRIVER", "systemDriver"],
    ["no factory", { systemDriver }, "ERR_INVALID_DRIVER", "runtimeDriverFactory"],
  ])("%s", (_, options, code, name) => {
    expect(() => construct(options)).toThrow(expect.objectContaining({ code, message: expect.stringContaining(name) }));
  });

  it.each([
    ["an unknown option", { timeoutMs: 5 }, "ERR_UNKNOWN_OPTION", '"timeoutMs"'],
    ["a wrong limit", { memoryLimit: -1 }, "ERR_INVALID_LIMIT", '"memoryLimit"'],
    ["a wrong onStdio", { onStdio: true }, "ERR_INVALID_OPTION", '"onStdio"'],
    ["a wrong onDiagnostic", { onDiagnostic: {} }, "ERR_INVALID_OPTION", '"onDiagnostic"'],
    [
      "a factory without its method",
      { runtimeDriverFactory: { name: "x" } },
      "ERR_INVALID_DRIVER",
      "createRuntimeDriver()",
    ],
    [
      "a driver without execute()",
      { runtimeDriverFactory: { name: "x", createRuntimeDriver: () => ({}) } },
      "ERR_INVALID_DRIVER",
      "execute()",
    ],
    [
      "a factory that answers nothing",
      { runtimeDriverFactory: { name: "x", createRuntimeDriver: () => undefined } },
      "ERR_INVALID_DRIVER",
      '"x"',
    ],
    [
      "a driver that cannot be disposed of",
      { runtimeDriverFactory: { name: "x", createRuntimeDriver: () => ({ execute: () => 1 }) } },
      "ERR_INVALID_DRIVER",
      "asyncDispose",
    ],
    ["no permissions", { systemDriver: { processConfig: {}, osConfig: {} } }, "ERR_INVALID_PERMISSION", "permissions"],
    [
      "a check that is none",
      { systemDriver: { ...systemDriver, permissions: { fs: true } } },
      "ERR_INVALID_PERMISSION",
      '"fs"',
    ],
    [
      "an unknown domain",
      { systemDriver: { ...systemDriver, permissions: { files: () => true } } },
      "ERR_INVALID_PERMISSION",
      '"files"',
    ],
    [
      "a preset for a check",
      { systemDriver: { ...systemDriver, permissions: { env: allowAll } } },
      "ERR_INVALID_PERMISSION",
      "allowAll.fs",
    ],
    [
      "a maker of system drivers that was not called",
      { systemDriver: () => systemDriver },
      "ERR_INVALID_DRIVER",
      "createNodeDriver() makes when it is called, got a function",
    ],
    [
      "a maker of factories that was not called",
      { runtimeDriverFactory: () => createEvaluatingFactory() },
      "ERR_INVALID_DRIVER",
      "createNodeRuntimeDriverFactory() makes when it is called, got a function",
    ],
    ["no processConfig", { systemDriver: { permissions: {}, osConfig: {} } }, "ERR_INVALID_DRIVER", "processConfig"],
    [
      "a filesystem without methods",
      { systemDriver: { ...systemDriver, filesystem: {} } },
      "ERR_INVALID_DRIVER",
      "readFile()",
    ],
    [
      "a filesystem that is null",
      { systemDriver: { ...systemDriver, filesystem: null } },
      "ERR_INVALID_DRIVER",
      "filesystem",
    ],
    ["an executor without run()", { systemDriver: { ...systemDriver, commands: {} } }, "ERR_INVALID_DRIVER", "run()"],
  ])("%s", (_, options, code, name) => {
    expect(() => constructWith(options)).toThrow(
      expect.objectContaining({ code, message: expect.stringContaining(name) }),
    );
  });
});

describe("Runtime.run() and exec() refuse by code and by name, and start nothing", () => {
  it.each<[string, unknown[], string, string]>([
    ["no program", [], "ERR_INVALID_PROGRAM", "the program"],
    ["a program in bytes", [Buffer.from("1")], "ERR_INVALID_PROGRAM", "the program"],
    ["a relative file name", ["", { filePath: "a.js" }], "ERR_INVALID_OPTION", '"filePath"'],
    ["a directory as file name", ["", { filePath: "/a/" }], "ERR_INVALID_OPTION", '"filePath"'],
    ["a file name with NUL", ["", { filePath: "/a\0" }], "ERR_INVALID_OPTION", '"filePath"'],
    ["an unknown option", ["", { timeout: 5 }], "ERR_UNKNOWN_OPTION", '"timeout"'],
    ["null as options", ["", null], "ERR_INVALID_OPTION", "options of"],
    ["a wrong limit", ["", { cpuTimeLimitMs: "5" }], "ERR_INVALID_LIMIT", '"cpuTimeLimitMs"'],
    ["a relative cwd", ["", { cwd: "." }], "ERR_INVALID_OPTION", '"cwd"'],
    ["a wrong env", ["", { env: [] }], "ERR_INVALID_OPTION", '"env"'],
    ["a number in env", ["", { env: { A: 1 } }], "ERR_INVALID_OPTION", '"env.A"'],
    ["a name with = in env", ["", { env: { "A=B": "1" } }], "ERR_INVALID_OPTION", '"env"'],
    ["a wrong argv", ["", { argv: "x" }], "ERR_INVALID_OPTION", '"argv"'],
    ["a number in argv", ["", { argv: [1] }], "ERR_INVALID_OPTION", '"argv"'],
    ["a wrong stdin", ["", { stdin: 5 }], "ERR_INVALID_OPTION", '"stdin"'],
    ["a wrong onStdio", ["", { onStdio: 5 }], "ERR_INVALID_OPTION", '"onStdio"'],
    ["a wrong signal", ["", { signal: { aborted: false } }], "ERR_INVALID_OPTION", '"signal"'],
  ])("%s", async (_, args, code, name) => {
    const runtimeDriverFactory = createEvaluatingFactory();
    await using runtime = new Runtime({ systemDriver, runtimeDriverFactory });
    const refused = { code, message: expect.stringContaining(name) };
    await expect(Reflect.apply(runtime.run, runtime, args)).rejects.toMatchObject(refused);
    await expect(Reflect.apply(runtime.exec, runtime, args)).rejects.toMatchObject(refused);
    expect(runtimeDriverFactory.drivers[0]?.executions).toEqual([]);
  });

  it("a relative file name as second argument of run()", async () => {
    await using runtime = new Runtime({ systemDriver, runtimeDriverFactory: createEvaluatingFactory() });
    await expect(runtime.run("", "a.js")).rejects.toMatchObject({ code: "ERR_INVALID_OPTION" });
  });
});
