import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  BareRuntime,
  createNodeDriver,
  createNodeRuntimeDriverFactory,
  defineModule,
  NodeRuntime,
  type Runtime,
  type RuntimeDriverFactory,
  WebRuntime,
} from "../src/index.ts";

const profiles = { node: NodeRuntime, web: WebRuntime, bare: BareRuntime };
const asked: string[] = [];
const modules = {
  "host:rates": defineModule({
    base: "EUR",
    rate: (currency: string): number => (currency === "USD" ? 2 : 1),
    later: async (value: number): Promise<number> => value + 1,
  }),
};

/** What each of them finds. */
const PROGRAM = `
  import rates, { rate, later } from "host:rates";
  const denied = await import("host:none").catch((error) => error.code);
  export const found = [typeof process, typeof URL, typeof Map, rates.base, rate("USD"), await later(rate("EUR")), denied];
`;

describe("runtimes of all profiles, which share the cells of one factory", () => {
  let factory: RuntimeDriverFactory;
  const runtimes = new Map<string, Runtime>();

  beforeAll(() => {
    factory = createNodeRuntimeDriverFactory({ isolation: "shared" });
    const systemDriver = createNodeDriver({
      permissions: { module: (request) => asked.push(request.module) > 0, env: () => asked.push("env") > 0 },
      processConfig: { env: { SECRET: "of the host" } },
    });
    for (const [name, Profiled] of Object.entries(profiles))
      runtimes.set(name, new Profiled({ systemDriver, runtimeDriverFactory: factory, modules }));
  });
  afterAll(async () => {
    await Promise.all([...runtimes.values()].map((runtime) => runtime.dispose()));
  });

  test.each([
    ["node", ["object", "function", "function", "EUR", 2, 2, expect.any(String)]],
    ["web", ["undefined", "function", "function", "EUR", 2, 2, "ERR_MODULE_NOT_FOUND"]],
    ["bare", ["undefined", "undefined", "function", "EUR", 2, 2, "ERR_MODULE_NOT_FOUND"]],
  ])("a %s guest has its own world, and the modules of the host", async (name, found) => {
    const results = await Promise.all([1, 2, 3].map(() => runtimes.get(name)?.run(PROGRAM, "/program.mjs")));
    for (const result of results) expect(result, result?.errorMessage).toMatchObject({ code: 0, exports: { found } });
  });

  test("only Node's are told of variables, so that no check is asked about them for others", async () => {
    asked.length = 0;
    for (const name of ["web", "bare"]) await runtimes.get(name)?.run("1");
    expect(asked).toEqual([]);
    await runtimes.get("node")?.run("1");
    expect(asked).toEqual(["env"]);
  });

  test("a program that stays is one of its profile when it is loaded anew", async () => {
    const load = (text: string): string => `export const what = () => ["${text}", typeof URL, typeof process]`;
    const guest = await runtimes.get("bare")?.load<{ what(): string[] }>(load("first"));
    expect(await guest?.call("what", [])).toEqual(["first", "undefined", "undefined"]);
    await guest?.reload(load("second"));
    expect(await guest?.call("what", [])).toEqual(["second", "undefined", "undefined"]);
    expect((await guest?.usage())?.heapUsedBytes).toBeGreaterThan(0);
    await guest?.[Symbol.asyncDispose]();
  });
});

describe.each(["web", "bare"] as const)("a runtime of %s guests", (name) => {
  const Profiled = profiles[name];

  test("has copies of a zygote wait with guests of its own kind, and is healthy", async () => {
    const runtimeDriverFactory = createNodeRuntimeDriverFactory({ warmUp: true });
    await using runtime = new Profiled({ systemDriver: createNodeDriver(), runtimeDriverFactory });
    // One that boots by itself, then copies.
    await expect.poll(() => runtime.status().driver?.cellsReady, { timeout: 20_000 }).toBeGreaterThan(1);
    const run = (): Promise<unknown> =>
      runtime.run("export default [typeof URL, 1 + 1]").then(({ exports }) => exports);
    const type = name === "web" ? "function" : "undefined";
    const results = await Promise.all(Array.from({ length: 8 }, run));
    for (const exports of results) expect(exports).toEqual({ default: [type, 2] });
    expect(await runtime.checkHealth()).toMatchObject({ healthy: true, state: "healthy" });
  });

  test("lets clocks stand still for them as for Node's", async () => {
    const systemDriver = createNodeDriver({ processConfig: { timingMitigation: "freeze", frozenTimeMs: 86_400_000 } });
    const runtimeDriverFactory = createNodeRuntimeDriverFactory({ cells: "inline" });
    await using runtime = new Profiled({ systemDriver, runtimeDriverFactory });
    const program = `
      const read = () => [Date.now(), +new Date(), globalThis.performance?.now()];
      const before = read();
      for (let i = 0; i < 3e6; i++);
      export const [now, made] = before;
      export const stands = read().join() === before.join();
      export const shared = typeof SharedArrayBuffer;
    `;
    const { exports, errorMessage } = await runtime.run(program);
    expect(exports, errorMessage).toEqual({ now: 86_400_000, made: 86_400_000, stands: true, shared: "undefined" });
  });

  test("frees a cell of a guest that fills its memory or never comes back, and goes on", async () => {
    await using runtime = new Profiled({
      systemDriver: createNodeDriver(),
      runtimeDriverFactory: createNodeRuntimeDriverFactory({ isolation: "shared" }),
      memoryLimit: 32,
      cpuTimeLimitMs: 1000,
    });
    const ends = await Promise.all([
      runtime.run("const all = []; for (;;) all.push(new Array(100_000).fill(1.5))"),
      runtime.run("for (;;);", { cpuTimeLimitMs: 100 }),
      runtime.run("await new Promise(() => {})"),
    ]);
    expect(ends.map(({ outcome }) => outcome.kind)).toEqual(["out-of-memory", "cpu-time-limit", "threw"]);
    expect((await runtime.run("export default 1")).exports).toEqual({ default: 1 });
  });
});
