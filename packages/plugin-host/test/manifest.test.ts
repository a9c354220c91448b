import { describe, expect, test } from "vitest";
import { PluginError } from "../src/errors/plugin-error.ts";
import { parseManifest } from "../src/manifest/parse-manifest.ts";
import { readManifest } from "../src/manifest/read-manifest.ts";
import { tellManifest } from "../src/manifest/whole-manifest.ts";
import { brokenManifests } from "./support/broken-manifests.table.ts";
import { told } from "./support/manifests.ts";

function refusal(read: () => unknown): PluginError {
  try {
    read();
  } catch (error) {
    if (error instanceof PluginError) return error;
    throw error;
  }
  throw new Error("It was read");
}

const whole = {
  ...told(),
  $schema: "./manifest.schema.json",
  manifestVersion: 1,
  entrypoint: "./dist/index.mts",
  description: "Finds what is related – für alle",
  author: "Ada Müller",
  license: "MIT",
  permissions: {
    network: { hosts: ["*.Example.com:8443", "bücher.example", "[0:0::1]", "10.0.0.1", "*.Example.com:8443"] },
    storage: { quotaBytes: 1024 },
    hooks: ["b.late", "article.*", "b.late"],
    emits: ["related.found"],
    services: { search: ["query", "index", "query"], mail: "*" },
  },
  limits: { memoryMb: 64, cpuTimeMs: 100, wallTimeMs: 1000 },
  config: { deep: { list: [1, "two", null, true] } },
};

describe("a manifest", () => {
  test("that says the least has the defaults", () => {
    const { permissions, ...rest } = readManifest(told());
    expect(rest).toEqual({
      manifestVersion: 1,
      ...told(),
      description: "",
      author: "",
      license: "",
      limits: { memoryMb: 32, cpuTimeMs: 500, wallTimeMs: 5000 },
      config: {},
    });
    expect({ ...permissions, services: [...permissions.services] }).toEqual({
      network: undefined,
      storage: undefined,
      hooks: [],
      emits: [],
      services: [],
    });
  });

  test("is read whole: sorted, nothing twice, hosts as they are connected to", () => {
    const { permissions, ...rest } = readManifest(whole);
    expect(rest).toMatchObject({ entrypoint: "dist/index.mts", author: "Ada Müller", config: whole.config });
    expect(rest).not.toHaveProperty("$schema");
    expect(permissions).toMatchObject({
      network: { hosts: ["*.example.com:8443", "10.0.0.1", "[::1]", "xn--bcher-kva.example"] },
      storage: { quotaBytes: 1024 },
      hooks: ["article.*", "b.late"],
      emits: ["related.found"],
    });
    expect([...permissions.services]).toEqual([
      ["mail", "*"],
      ["search", ["index", "query"]],
    ]);
  });

  test("is a frozen copy: who has told it changes nothing afterwards", () => {
    const changing = structuredClone(whole);
    const read = readManifest(changing);
    changing.config.deep.list.push("more");
    changing.permissions.hooks.push("later");
    expect(read.config).toEqual(whole.config);
    for (const part of [
      read,
      read.permissions,
      read.permissions.hooks,
      read.permissions.network,
      read.config["deep"],
    ]) {
      expect(Object.isFrozen(part)).toBe(true);
    }
    expect(Object.isFrozen(read.permissions.services.get("search"))).toBe(true);
    expect(() => Reflect.apply(Map.prototype.set, read.permissions.services, ["admin", "*"])).toThrow(TypeError);
  });

  test("has no number that JSON has not", () => {
    expect(Object.is(readManifest(told({ config: { a: -0 } })).config["a"], 0)).toBe(true);
  });

  test("is told as data that is read as the same again", () => {
    const read = readManifest(whole);
    const again = readManifest(JSON.parse(JSON.stringify(tellManifest(read))));
    expect(tellManifest(again)).toEqual(tellManifest(read));
    expect([...again.permissions.services]).toEqual([...read.permissions.services]);
  });

  test("keeps all that it grants in JSON", () => {
    expect(readManifest(JSON.parse(JSON.stringify(readManifest(whole))))).toEqual(readManifest(whole));
    expect(JSON.parse(JSON.stringify(readManifest(whole))).permissions.services).toEqual({
      mail: "*",
      search: ["index", "query"],
    });
  });

  test.each(brokenManifests)("with %s is refused, and the field is named", (_what, broken, field, message) => {
    const error = refusal(() => readManifest(broken));
    expect(error.code).toBe("ERR_PLUGIN_MANIFEST");
    expect(error.issues.map((issue) => issue.field)).toEqual([field]);
    expect(error.issues[0]?.message).toContain(message);
    expect(error.message).toMatch(/^[\x20-\x7e]{1,2000}$/);
  });

  test("is told of all that is wrong with it at once", () => {
    const error = refusal(() =>
      readManifest(told({ id: "A", version: 1, x: 1, config: { f: Symbol() }, limits: { memoryMb: 1 } })),
    );
    expect(error.issues.map(({ field }) => field).sort()).toEqual([
      "config.f",
      "id",
      "limits.memoryMb",
      "version",
      "x",
    ]);
    expect(error.message).toMatch(/^This is no manifest of a plugin\. Expected config\.f: /);
  });

  test("names its plugin where something else is wrong", () => {
    const error = refusal(() => readManifest(told({ version: "1" })));
    expect(error.plugin).toBe("org.example.related");
    expect(error.message).toContain('The manifest of "org.example.related" is not valid. Expected version: ');
  });

  test("that is wrong in a thousand ways is refused in few words", () => {
    const fields = Object.fromEntries(Array.from({ length: 1000 }, (_, index) => [`\u202efield ${index}`, 1]));
    const error = refusal(() => readManifest(told(fields)));
    expect(error.issues).toHaveLength(50);
    expect(error.message).toContain("and 995 more");
    expect(error.message).toMatch(/^[\x20-\x7e]{1,2000}$/);
  });

  test("runs no code of whoever tells it", () => {
    const ran: string[] = [];
    const trap = (name: string) => () => {
      ran.push(name);
      return null;
    };
    const ownKeys = (): never[] => {
      ran.push("keys");
      return [];
    };
    const traps = { get: trap("get"), getPrototypeOf: trap("prototype"), ownKeys };
    const getter = Object.defineProperty({ ...told() }, "name", { get: trap("getter"), enumerable: true });
    const inherited = Object.create(new Proxy({}, traps));
    const fields = [
      [new Proxy(told(), traps), ""],
      [getter, "name"],
      [told({ config: new Proxy({}, traps) }), "config"],
      [told({ permissions: { hooks: new Proxy([], traps) } }), "permissions.hooks"],
      [told({ config: { a: inherited } }), "config.a"],
    ] as const;
    for (const [broken, field] of fields) expect(refusal(() => readManifest(broken)).issues[0]?.field).toBe(field);
    const config = { toJSON: "data", constructor: { name: 1 } };
    expect(readManifest(told({ config })).config).toEqual(config);
    expect(ran).toEqual([]);
  });

  test.each([
    ["a circle", () => told({ config: circle() })],
    ["depth", () => told({ config: JSON.parse(`${'{"a":'.repeat(50)}1${"}".repeat(50)}`) })],
    ["the same again and again", () => told({ config: { a: manyTimes() } })],
    ["an endless list", () => told({ config: { a: new Array(2 ** 32 - 1) } })],
  ])("with %s is refused soon", (_what, make) => {
    expect(refusal(() => readManifest(make())).code).toBe("ERR_PLUGIN_MANIFEST");
  });
});

function circle(): object {
  const round: Record<string, unknown> = {};
  round["round"] = round;
  return round;
}

function manyTimes(): unknown {
  let value: unknown = "x";
  for (let level = 0; level < 20; level += 1) value = [value, value, value, value];
  return value;
}

describe("the text of a manifest", () => {
  test("is read", () => {
    expect(parseManifest(JSON.stringify(told())).id).toBe("org.example.related");
  });

  test.each([
    ["that is no JSON", "{ id: 1 }", "JSON, which it is not"],
    ["that is empty", "", "JSON, which it is not"],
    ["that is long", `${JSON.stringify(told())}${" ".repeat(65_536)}`, "at most 65536 bytes"],
    ["that is long in bytes", JSON.stringify(told({ description: "é".repeat(40_000) })), "at most 65536 bytes"],
    ["with a name that stands twice", '{"id": "a", "name": "x", "id": "b"}', '"id" stands twice'],
    ["with a name that stands twice in disguise", '{"id": "a", "\\u0069d": "b"}', '"id" stands twice'],
    ["with a name that stands twice within", '{"a": [{"b": {"c": 1, "d": "c", "c": 2}}]}', '"c" stands twice'],
  ])("%s is refused", (_what, text, message) => {
    const error = refusal(() => parseManifest(text));
    expect(error.code).toBe("ERR_PLUGIN_MANIFEST");
    expect(error.message).toContain(message);
  });

  test("that is no text is refused, and not read as one", () => {
    const error = refusal(() => Reflect.apply(parseManifest, undefined, [Buffer.from(JSON.stringify(told()))]));
    expect(error.code).toBe("ERR_PLUGIN_MANIFEST");
    expect(error.message).toContain("the text of a manifest");
  });

  test("may have a name again in another object, and as a value", () => {
    const text = JSON.stringify(told({ config: { id: "id", list: ["id", "id", { id: 'a "id": {[' }] } }));
    expect(parseManifest(text).config).toEqual({ id: "id", list: ["id", "id", { id: 'a "id": {[' }] });
  });

  test("with a prototype is refused", () => {
    const text = JSON.stringify(told()).replace("{", '{"__proto__": {"permissions": {}},');
    expect(refusal(() => parseManifest(text)).issues[0]?.field).toBe("__proto__");
  });
});
