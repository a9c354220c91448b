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
