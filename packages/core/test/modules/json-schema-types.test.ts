import type { StandardSchemaV1 } from "@standard-schema/spec";
import { describe, expect, it } from "vitest";
import { defineModule, hostFunction, moduleTypes } from "../../src/index.ts";
import { checkGuest } from "./check-guest.ts";
import { described } from "./described-schema.ts";

/** What is declared of a synchronous function that answers what such a document describes. */
function declarationsOf(document: unknown): string {
  const f = hostFunction({ parameters: [], returns: described(document), isSync: true, run: () => 1 });
  return moduleTypes({ "host:m": defineModule({ f }) });
}

/** The same, without what is around it. */
function typeOf(document: unknown): string {
  return declarationsOf(document)
    .replace(/^declare module "host:m" \{\n/, "")
    .replace(/ {2}export \* as default from "host:m";\n\}\n$/, "")
    .replace(/^ {2}/gm, "")
    .replace("export function f(): ", "")
    .trim()
    .replace(/;$/, "");
}

describe("the type of a JSON Schema", () => {
  it("tells primitives, literals and choices of both", () => {
    expect(typeOf({ type: "string", pattern: "a" })).toBe("string");
    expect(typeOf({ type: ["integer", "number", "null"] })).toBe("number | null");
    expect(typeOf({ type: "boolean" })).toBe("boolean");
    expect(typeOf({ const: "a" })).toBe('"a"');
    expect(typeOf({ const: null, type: "null" })).toBe("null");
    expect(typeOf({ type: "string", enum: ["a", 'b"', "a"] })).toBe('"a" | "b\\""');
    expect(typeOf({ enum: [1, -1, true, { a: [1] }] })).toBe("1 | -1 | true | { a: readonly [1] }");
    expect(typeOf({ enum: [] })).toBe("never");
    expect(typeOf({ type: "string", nullable: true })).toBe("string | null");
    expect(typeOf({ type: "date" })).toBe("unknown");
    expect(typeOf({})).toBe("unknown");
    expect(typeOf(true)).toBe("unknown");
    expect(typeOf(false)).toBe("never");
    expect(typeOf({ not: {} })).toBe("never");
  });

  it("tells arrays and tuples, of old drafts too", () => {
    expect(typeOf({ type: "array" })).toBe("unknown[]");
    expect(typeOf({ items: { type: ["string", "null"] } })).toBe("(string | null)[]");
    expect(typeOf({ type: "array", items: false })).toBe("[]");
    const pair = [{ type: "string" }, { type: ["number", "null"] }];
    expect(typeOf({ type: "array", prefixItems: pair, minItems: 2 })).toBe("[string, number | null]");
    expect(typeOf({ prefixItems: pair, minItems: 1, items: false })).toBe("[string, (number | null)?]");
    expect(typeOf({ prefixItems: pair, items: { enum: [1, 2] } })).toBe("[string?, (number | null)?, ...(1 | 2)[]]");
    expect(typeOf({ type: "array", items: pair, minItems: 9, additionalItems: { type: "boolean" } })).toBe(
      "[string, number | null, ...boolean[]]",
    );
  });

  it("tells objects and records", () => {
    expect(typeOf({ type: "object" })).toBe("Record<string, unknown>");
    expect(typeOf({ type: "object", properties: {}, additionalProperties: false })).toBe("Record<string, never>");
    expect(typeOf({ additionalProperties: { type: "number" } })).toBe("Record<string, number>");
    expect(typeOf({ patternProperties: { "^a": { type: "number" }, "^b": { type: "string" } } })).toBe(
      "Record<string, number | string>",
    );
    const a = { type: "string" };
    expect(typeOf({ properties: { a, "b c": a }, required: ["a", "d"] })).toBe(
      '{ a: string; "b c"?: string; d: unknown }',
    );
    expect(typeOf({ properties: { a }, additionalProperties: { type: "number" } })).toBe(
      "{ a?: string; [key: string]: unknown }",
    );
    const keys = { propertyNames: { enum: ["a", "b"] }, additionalProperties: { type: "number" } };
    expect(typeOf({ type: "object", ...keys })).toBe('Partial<Record<"a" | "b", number>>');
    expect(typeOf({ type: "object", ...keys, required: ["a", "b"] })).toBe('Record<"a" | "b", number>');
  });

  it("tells unions and intersections", () => {
    const a = { type: "object", properties: { a: { type: "string" } } };
    const b = { type: "object", properties: { b: { type: "string" } }, required: ["b"] };
    expect(typeOf({ anyOf: [a, { type: "null" }, a] })).toBe("{ a?: string } | null");
    expect(typeOf({ oneOf: [a, b] })).toBe("{ a?: string } | { b: string }");
    expect(typeOf({ allOf: [a, b] })).toBe("{ a?: string; b: string }");
    expect(typeOf({ allOf: [a, a, { required: ["a"] }, { type: "object" }] })).toBe("{ a?: string }");
    expect(typeOf({ ...a, anyOf: [{ required: ["a"] }, { required: ["b"] }] })).toBe("{ a?: string }");
    expect(typeOf({ ...a, anyOf: [b, { ...b, additionalProperties: true }] })).toBe(
      "export type FResult = { a?: string } & ({ b: string } | { b: string; [key: string]: unknown });\nFResult",
    );
    expect(typeOf({ type: "array", items: { allOf: [a, { properties: { a: { const: "x" } } }] } })).toBe(
      '({ a?: string } & { a?: "x" })[]',
    );
  });

  it("names what refers to itself, and what has a name", () => {
    const tree = { title: "a tree", properties: { children: { type: "array", items: { $ref: "#" } } } };
    expect(typeOf(tree)).toBe(`export interface ATree {
  children?: ATree[];
}

ATree`);
    const named = {
      description: "All.",
      $ref: "#/$defs/user",
      $defs: {
        user: {
          description: "One.",
          properties: { role: { $ref: "#/$defs/__schema0" }, next: { $ref: "#/$defs/user" } },
        },
        __schema0: { enum: ["a", "b"] },
      },
    };
    expect(typeOf(named)).toBe(`/** One. */
export interface User {
  role?: "a" | "b";
  next?: User;
}

/** @returns All. */
User`);
  });

  it("gives one name to what is the same, and two to what is not", () => {
    const user = { type: "object", properties: { id: { type: "number" } } };
    const referring = (definition: object): object => ({ $ref: "#/$defs/User", $defs: { User: definition } });
    const taking = (...documents: readonly object[]): string =>
      moduleTypes({
        "host:m": defineModule({
          f: hostFunction({ parameters: documents.map((one) => described(one)), run: () => 1 }),
        }),
      });
    expect(taking(referring(user), { ...referring(user), title: "x" })).toContain("f(arg0: User, x: User)");
    const types = taking(referring(user), referring({ ...user, required: ["id"] }), referring({ type: "string" }));
    expect(types).toContain("f(arg0: User, arg1: UserInput, arg2: User2)");
    expect(types.match(/export (type|interface) \w+/g)).toHaveLength(3);
    expect(taking({ $ref: "#/$defs/Date", $defs: { Date: user } })).toContain("arg0: DateInput");
  });

  it("writes what the compiler takes, whatever leads to whatever", () => {
    const self = { $ref: "#" };
    const ways: readonly object[] = [
      self,
      { anyOf: [{ type: "string" }, { prefixItems: [true], items: { items: self } }] },
      { prefixItems: [true], items: { prefixItems: [true], items: self } },
      { prefixItems: [true], items: { items: { prefixItems: [self], items: { anyOf: [self, { items: self }] } } } },
      { anyOf: [self, { type: "string" }] },
      { allOf: [self, { type: "object", properties: { a: self } }] },
      { additionalProperties: { anyOf: [self, { type: "string" }] } },
      { propertyNames: { enum: ["a", "b"] }, additionalProperties: self },
      { anyOf: [{ type: "string" }, { items: self }, { prefixItems: [self], items: self }] },
      {
        $ref: "#/$defs/a",
        $defs: { a: { $ref: "#/$defs/b" }, b: { anyOf: [{ $ref: "#/$defs/a" }, { items: self }] } },
      },
      { properties: { a: { $ref: "#/properties/b" }, b: { items: { $ref: "#/properties/a" } } } },
      { $ref: "#/$defs", $defs: { items: { items: { $ref: "#/$defs/items" } } } },
      { $ref: "#/%24defs/a%20~1b", $defs: { "a /b": { type: "string" } } },
    ];
    for (const way of ways) {
      const types = declarationsOf({ ...way, title: "Self" });
      expect(checkGuest(types, 'import { f } from "host:m"; f();'), types).toEqual([]);
    }
    expect(typeOf(ways.at(-1))).toBe("export type FResult = string;\nFResult");
  });

  it("knows nothing of what leads nowhere", () => {
    for (const $ref of ["#/$defs/None", "#anchor", "https://example.com/schema", "", 5, "#/$defs/constructor", "#/%"]) {
      expect(typeOf({ $ref, $defs: {} })).toBe("unknown");
    }
  });

  it("ends with a definition that doubles itself at each step", () => {
    const steps = Array.from({ length: 40 }, (_, step): [string, object] => {
      const next = { $ref: `#/$defs/${step + 1}` };
      return [String(step), { properties: { a: next, b: next } }];
    });
    const types = declarationsOf({
      $ref: "#/$defs/0",
      $defs: { ...Object.fromEntries(steps), 40: { type: "string" } },
    });
    expect(types.length).toBeLessThan(10_000);
    expect(checkGuest(types, 'import { f } from "host:m"; const a = f().a?.b?.a?.b; export { a };')).toEqual([]);
  });

  it("gives one name also to what leads to a great deal", () => {
    const steps = Array.from({ length: 300 }, (_, step): [string, object] => {
      return [`Step${step}`, { properties: { next: { $ref: `#/$defs/Step${(step + 1) % 300}` } } }];
    });
    const document = described({ $ref: "#/$defs/Step0", $defs: Object.fromEntries(steps) });
    const f = hostFunction({ parameters: [document], returns: document, run: async () => 1 });
    const types = moduleTypes({ "host:m": defineModule({ f }) });
    expect(types).toContain("f(arg0: Step0): Promise<Step0>;");
    expect(types.match(/export interface /g)).toHaveLength(300);
  });

  it("breaks long types over lines", () => {
    const properties = Object.fromEntries("abcdef".split("").map((name) => [name.repeat(20), { type: "string" }]));
    const long = { type: "object", properties };
    const printed = declarationsOf({
      properties: { kind: { anyOf: [long, { type: "array", items: { anyOf: [long, { type: "null" }] } }] } },
    });
    expect(Math.max(...printed.split("\n").map(({ length }) => length))).toBeLessThanOrEqual(100);
    expect(printed).not.toMatch(/[ \t]\n/);
    expect(printed).toContain("\n    kind?:\n      | {\n          aaaaaaaaaaaaaaaaaaaa?: string;\n");
    expect(checkGuest(printed, 'import { f } from "host:m"; const { kind } = f(); export { kind };')).toEqual([]);
  });

  it("knows nothing by a converter that throws, answers junk or is none", () => {
    const circle: { self?: object } = {};
    circle.self = circle;
    const nested = (levels: number): object => {
      let deep: object = {};
      for (let level = 0; level < levels; level += 1) deep = { items: deep };
      return deep;
    };
    const junk: readonly unknown[] = [
      undefined,
      null,
      "string",
      5,
      [],
      () => 1,
      circle,
      { const: 1n },
      nested(3_000),
      nested(20_000),
    ];
    for (const document of junk) expect(typeOf(document)).toBe("unknown");
    expect(typeOf(new Proxy({}, { ownKeys: () => expect.fail("trap") }))).toBe("unknown");
    expect(typeOf({ description: "x".repeat(2_000_000), type: "string" })).toBe("unknown");
    const { "~standard": standard } = described({});
    const converters: readonly unknown[] = [
      undefined,
      null,
      5,
      {},
      { output: 5 },
      { output: () => expect.fail("thrown") },
    ];
    for (const jsonSchema of converters) {
      const schema: StandardSchemaV1 = { "~standard": Object.assign({ ...standard }, { jsonSchema }) };
      const f = hostFunction({ parameters: [], returns: schema, isSync: true, run: () => 1 });
      expect(moduleTypes({ "host:m": defineModule({ f }) })).toContain("export function f(): unknown;");
    }
  });

  it("asks a library that does not know the newest draft for an older one", () => {
    const { "~standard": standard } = described({});
    const output = ({ target }: { readonly target: string }): object => {
      if (target !== "draft-07") throw new Error("Unsupported target");
      return { type: "number" };
    };
    const returns: StandardSchemaV1 = { "~standard": Object.assign({ ...standard }, { jsonSchema: { output } }) };
    const f = hostFunction({ parameters: [], returns, run: async () => 1 });
    expect(moduleTypes({ "host:m": defineModule({ f }) })).toContain("f(): Promise<number>;");
  });
});
