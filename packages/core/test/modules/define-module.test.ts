import { describe, expect, it } from "vitest";
import { defineModule, guestFunction, hostFunction } from "../../src/index.ts";
import { readModules } from "../../src/modules/read-modules.ts";

const invalid = (problem: string | RegExp): unknown =>
  expect.objectContaining({ code: "ERR_INVALID_MODULE", message: expect.stringMatching(problem) });

describe("defineModule()", () => {
  it("knows functions, constants and objects that hold functions", () => {
    const { members } = defineModule({
      version: 3,
      settings: { deep: [1] },
      plain: () => 1,
      later: async () => 1,
      made: hostFunction({ isSync: true, run: async () => 1 }),
      routes: { list: () => 1, inner: { depth: 2, get: () => 1 } },
    });
    expect(members.map(({ name, kind }) => [name, kind])).toEqual([
      ["version", "constant"],
      ["settings", "constant"],
      ["plain", "function"],
      ["later", "function"],
      ["made", "function"],
      ["routes", "namespace"],
    ]);
    expect(members).toMatchObject([
      {},
      {},
      { path: "plain", definition: { mode: "either" } },
      { path: "later", definition: { mode: "async" } },
      { path: "made", definition: { mode: "sync" } },
      { members: [{ path: "routes.list" }, { members: [{ name: "depth", value: 2 }, { path: "routes.inner.get" }] }] },
    ]);
  });

  it("has functions called with the object that they are in", () => {
    const shop = {
      prices: [1, 2],
      total(): number {
        return this.prices.reduce((sum, price) => sum + price, 0);
      },
    };
    const [, total] = defineModule(shop).members;
    const call = { module: "host:shop", function: "total", signal: new AbortController().signal };
    expect(total?.kind === "function" && total.definition.run(call)).toBe(3);
  });

  it.each([
    ["no object", 5, /made from an object/],
    ["an instance of a class", new (class Service {})(), /made from an object/],
    ["a member called default", { default: 1 }, /"default"/],
    ["a member called then", JSON.parse('{"then":1}'), /"then"/],
    ["a member whose name cannot be imported by name", { "a-b": 1 }, /"a-b" is no name/],
    ["a member that would be a prototype", JSON.parse('{"__proto__":1}'), /"__proto__" is no name/],
  ])("refuses %s", (_what, members, problem) => {
    expect(() => defineModule(members as object)).toThrow(invalid(problem) as Error);
  });

  it("refuses objects whose methods would be lost, and takes those that are data", () => {
    class Service {
      name = "n";
      get(): string {
        return this.name;
      }
    }
    expect(() => defineModule({ service: new Service() })).toThrow(
      invalid(/"service" is of class "Service", whose methods do not cross; make functions of them/) as Error,
    );
    class Point {
      x = 1;
    }
    const data = {
      map: new Map(),
      date: new Date(0),
      bytes: new Uint8Array(1),
      error: new Error("e"),
      point: new Point(),
    };
    expect(defineModule(data).members.map(({ kind }) => kind)).toEqual(Array.from({ length: 5 }, () => "constant"));
  });

  it("refuses functions that are nested without end", () => {
    const cyclic: Record<string, unknown> = { call: () => 1 };
    cyclic["again"] = cyclic;
    expect(() => defineModule(cyclic)).toThrow(invalid(/nested more than 8 levels/) as Error);
  });

  it("refuses options that it does not have", () => {
    expect(() => defineModule({}, { text: "" } as object)).toThrow(
      expect.objectContaining({ code: "ERR_UNKNOWN_OPTION" }),
    );
    expect(() => defineModule({}, { description: 1 } as never)).toThrow(
      expect.objectContaining({ code: "ERR_INVALID_OPTION" }),
    );
  });
});

describe("hostFunction()", () => {
  const run = (): number => 1;

  it("takes functions of guests where a parameter says so", () => {
    const { definition } = hostFunction({ parameters: [guestFunction()], run });
    expect(definition.takesFunctions).toBe(true);
    expect(hostFunction({ run }).definition.takesFunctions).toBe(false);
  });

  it.each([
    ["no function", {}, "run"],
    ["parameters that are no list", { parameters: {}, run }, "parameters"],
    ["a parameter that is no schema", { parameters: [{}], run }, "parameters[0]"],
    ["a result that is no schema", { returns: () => true, run }, "returns"],
    ["no time at all", { timeoutMs: 0, run }, "timeoutMs"],
    ["a description that is no text", { description: 1, run }, "description"],
    ["a flag that is none", { isSync: "yes", run }, "isSync"],
  ])("refuses %s", (_what, options, option) => {
    expect(() => hostFunction(options as never)).toThrow(
      expect.objectContaining({ code: "ERR_INVALID_OPTION", message: expect.stringContaining(option) }),
    );
  });
});

describe("the modules of a run", () => {
  const module = defineModule({});

  it("are those of the runtime and its own, which win", () => {
    const own = defineModule({ own: 1 });
    const inherited = readModules({ "host:a": module, "host:b": module });
    expect([...readModules({ "host:b": own, "directus:api": own, "host:c": undefined }, inherited)]).toEqual([
      ["host:a", module],
      ["host:b", own],
      ["directus:api", own],
    ]);
  });

  it.each([
    "db",
    "node:fs",
    "file:x",
    "data:x",
    "http:x",
    "host:",
    "Host:db",
    "host:a b",
    "host:a?b",
    "host://",
    ":db",
    "",
  ])("are not called %j", (name) => {
    expect(() => readModules({ [name]: module })).toThrow(invalid(/./) as Error);
  });

  it("are made by defineModule(), and given by name", () => {
    expect(() => readModules({ "host:db": { query: () => 1 } })).toThrow(
      invalid(/made neither by defineModule/) as Error,
    );
    for (const value of [null, [], 5, module])
      expect(() => readModules(value)).toThrow(invalid(/by their names/) as Error);
  });
});
