import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  BareRuntime,
  createNodeDriver,
  createNodeRuntimeDriverFactory,
  defineModule,
  defineSourceModule,
  NodeRuntime,
  type Runtime,
  type RuntimeDriverFactory,
  WebRuntime,
} from "../src/index.ts";

const asked: string[] = [];
const sums = defineModule({ add: (a: number, b: number): number => a + b });

/** An adapter over functions of the host, which its importers do not see. */
const ledger = defineSourceModule(
  `
  import { add } from "lib:sums";
  let total = 0;
  export const book = (amount) => (total = add(total, amount));
  export default function reset() { total = 0; }
  export const failing = () => { throw new TypeError("unbalanced"); };
  `,
  { filePath: "/lib/ledger.js", imports: { "lib:sums": sums } },
);
const modules = {
  "lib:ledger": ledger,
  "lib:report": defineSourceModule(
    `
    import { book } from "lib:ledger";
    export const report = (amounts: number[]): string => "total " + amounts.map(book).at(-1);
    `,
    { filePath: "/lib/report.ts", imports: { "lib:ledger": ledger } },
  ),
};

describe("source modules, in guests of every profile", () => {
  let factory: RuntimeDriverFactory;
  const runtimes = new Map<string, Runtime>();

  beforeAll(() => {
    factory = createNodeRuntimeDriverFactory({ isolation: "shared" });
    const systemDriver = createNodeDriver({ permissions: { module: ({ module }) => asked.push(module) > 0 } });
    for (const [name, Profiled] of Object.entries({ node: NodeRuntime, web: WebRuntime, bare: BareRuntime }))
      runtimes.set(name, new Profiled({ systemDriver, runtimeDriverFactory: factory, modules }));
  });
  afterAll(async () => {
    await Promise.all([...runtimes.values()].map((runtime) => runtime.dispose()));
  });
  const run = async (profile: string, code: string, options: object = {}): Promise<unknown> => {
    const { outcome, exports } = await (runtimes.get(profile) as Runtime).run(code, {
      filePath: "/entry.mjs",
      ...options,
    });
    return exports ?? outcome;
  };
  const profiles = ["node", "web", "bare"];

  test.each(profiles)("%s: run in the guest, once, over what they are given themselves", async (profile) => {
    const code = `
      import reset, { book, failing } from "lib:ledger";
      import * as whole from "lib:ledger";
      import { report } from "lib:report";
      book(40);
      export const found = [report([1, 1]), book(0), whole.book === book, whole.default === reset];
      reset();
      try { failing(); } catch (error) { found.push(book(1), error instanceof TypeError, error.stack.includes("/lib/ledger.js:6")); }
    `;
    expect(await run(profile, code)).toEqual({ found: ["total 42", 42, true, true, 1, true, true] });
    expect(asked).toContain("lib:sums");
  });

  test.each(profiles)(
    "%s: hide what they import from whoever imports them, and see nothing that he has",
    async (profile) => {
      const hidden = `export const found = await import("lib:sums").catch((error) => error.code);`;
      expect(await run(profile, hidden)).toEqual({ found: "ERR_MODULE_NOT_FOUND" });
      const nosy = { "lib:nosy": defineSourceModule(`import "lib:ledger";`) };
      const blind = `export const found = await import("lib:nosy").catch((error) => [error.code, error.message]);`;
      expect(await run(profile, blind, { modules: nosy })).toEqual({
        found: ["ERR_MODULE_NOT_FOUND", expect.stringContaining("what the host has given it, which is nothing")],
      });
    },
  );

  test.each(profiles)("%s: that cannot be parsed, or throw, fail whoever imports them", async (profile) => {
    const broken = {
      "lib:broken": defineSourceModule("export const = 1;"),
      "lib:throws": defineSourceModule(`throw new RangeError("at load");`),
    };
    const code = `
      const why = (error) => error.name + ": " + error.message;
      export const found = [await import("lib:broken").catch(why), await import("lib:throws").catch(why)];
    `;
    expect(await run(profile, code, { modules: broken })).toEqual({
      found: [expect.stringMatching(/^SyntaxError: Unexpected token/), "RangeError: at load"],
    });
  });

  test.each(profiles)("%s: that cannot be parsed are told of with the place", async (profile) => {
    const broken = { "lib:broken": defineSourceModule("\n\nexport const = 1;", { filePath: "/lib/broken.js" }) };
    expect(await run(profile, `import "lib:broken";`, { modules: broken })).toMatchObject({
      kind: "threw",
      stack: expect.stringContaining("/lib/broken.js:3\nSyntaxError: Unexpected token"),
    });
  });

  test.each(profiles)("%s: have no import()", async (profile) => {
    const eager = {
      "lib:eager": defineSourceModule(`export const found = await import("lib:ledger").catch((error) => error.code);`),
    };
    const lazy = {
      "lib:lazy": defineSourceModule(`export const find = () => import("lib:ledger").catch((error) => error.code);`),
    };
    const code = `import { find } from "lib:lazy"; export const found = [await find()];`;
    const found = ["ERR_VM_DYNAMIC_IMPORT_CALLBACK_MISSING"];
    expect(await run(profile, code, { modules: lazy })).toEqual({ found });
    if (profile === "node") return;
    const waits = `import { found } from "lib:eager"; export { found };`;
    expect(await run(profile, waits, { modules: eager })).toEqual({ found: found[0] });
  });

  test("are found by require, too", async () => {
    const code = `const { book, default: reset } = require("lib:ledger"); reset(); module.exports = [book(2), book(3)];`;
    expect(await run("node", code, { filePath: "/entry.cjs" })).toEqual([2, 5]);
  });

  test("of one path are refused, also that of the program", async () => {
    const twice = {
      "lib:one": defineSourceModule("", { filePath: "/x.js" }),
      "lib:two": defineSourceModule("", { filePath: "/x.js" }),
    };
    await expect(run("bare", "", { modules: twice })).rejects.toMatchObject({ code: "ERR_INVALID_MODULE" });
    const entry = { "lib:one": defineSourceModule("", { filePath: "/entry.mjs" }) };
    await expect(run("bare", "", { modules: entry })).rejects.toMatchObject({ code: "ERR_INVALID_MODULE" });
  });
});

test.each([
  [5, {}, "ERR_INVALID_PROGRAM"],
  ["", { path: "/x.js" }, "ERR_UNKNOWN_OPTION"],
  ["", { filePath: "x.js" }, "ERR_INVALID_OPTION"],
  ["", { imports: { "host:x": {} } }, "ERR_INVALID_MODULE"],
])("what cannot be a source module is refused: %j, %j", (source, options, code) => {
  expect(() => defineSourceModule(source as string, options as object)).toThrow(expect.objectContaining({ code }));
});
