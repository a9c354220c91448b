import type { StandardSchemaV1 } from "@standard-schema/spec";
import { toStandardJsonSchema } from "@valibot/to-json-schema";
import { type } from "arktype";
import * as v from "valibot";
import { describe, expect, it } from "vitest";
import * as z from "zod";
import { defineModule, hostFunction, moduleTypes } from "../../src/index.ts";
import { checkGuest } from "./check-guest.ts";

/** What is declared of a function that takes and returns what such a schema describes. */
function declare(schema: StandardSchemaV1): string {
  const f = hostFunction({ parameters: [schema], returns: schema, isSync: true, run: (_call, value) => value });
  const types = moduleTypes({ "host:m": defineModule({ f }) });
  expect(checkGuest(types, 'import { f } from "host:m"; export { f };')).toEqual([]);
  return types
    .replace(/^.*\n/, "")
    .replace(/\n.*\n\}\n$/, "")
    .replace(/^ {2}/gm, "")
    .trim();
}

const article = `export interface FValue {
  /** What it is called. */
  title: string;
  tags?: string[];
  state?: "draft" | "published";
  pair: [string, number];
  words: Record<string, number>;
  next: string | null;
  created: Date;
  size: bigint;
  bytes: Uint8Array;
}

export interface FResult {
  /** What it is called. */
  title: string;
  tags?: string[];
  state: "draft" | "published";
  pair: [string, number];
  words: Record<string, number>;
  next: string | null;
  created: Date;
  size: bigint;
  bytes: Uint8Array;
}

export function f(value: FValue): FResult;`;

/** In an order of its own, and with what the libraries say beyond what they have in common. */
function comparable(declaration: string): readonly string[] {
  return declaration
    .split("\n")
    .filter((line) => !/Default "draft"/.test(line))
    .sort();
}

describe("schemas of zod", () => {
  it("tell what they take and what they give", () => {
    const schema = z.object({
      title: z.string().describe("What it is called."),
      tags: z.array(z.string()).optional(),
      state: z.enum(["draft", "published"]).default("draft"),
      pair: z.tuple([z.string(), z.number()]),
      words: z.record(z.string(), z.number()),
      next: z.string().nullable(),
      created: z.date(),
      size: z.bigint(),
      bytes: z.instanceof(Uint8Array),
    });
    expect(comparable(declare(schema))).toEqual(comparable(article));
  });

  it("tell what is not an object, too", () => {
    expect(declare(z.string().transform((text) => text.length))).toBe("export function f(value: string): unknown;");
    expect(declare(z.map(z.string(), z.set(z.date())))).toBe(
      "export function f(value: Map<unknown, unknown>): Map<unknown, unknown>;",
    );
    expect(declare(z.void())).toBe("export function f(value?: undefined): void;");
    expect(declare(z.union([z.date(), z.literal(["a", 1, null])]).optional())).toBe(
      'export function f(value?: Date | "a" | 1 | null): Date | "a" | 1 | null | undefined;',
    );
  });

  it("tell what refers to itself", () => {
    const Tree: z.ZodType = z.object({
      value: z.date(),
      get children() {
        return z.array(Tree);
      },
    });
    expect(declare(Tree)).toBe(`export interface FValue {
  value: Date;
  children: FValue[];
}

export function f(value: FValue): FValue;`);
    expect(declare(z.json())).toContain("export type FValue =");
  });
});

describe("schemas of arktype", () => {
  it("tell what they take and what they give", () => {
    const schema = type({
      title: type("string").describe("What it is called."),
      "tags?": "string[]",
      state: "'draft' | 'published' = 'draft'",
      pair: ["string", "number"],
      words: "Record<string, number>",
      next: "string | null",
      created: "Date",
      size: "bigint",
      bytes: "TypedArray.Uint8",
    });
    expect(comparable(declare(schema))).toEqual(comparable(article));
  });

  it("tell what is not an object, and what refers to itself", () => {
    expect(declare(type("string.numeric.parse"))).toBe("export function f(value: string): number;");
    expect(declare(type("string | undefined"))).toBe("export function f(value?: string): string | undefined;");
    expect(declare(type({ name: "string", "children?": "this[]" }))).toContain("children?: FValue[];");
  });
});

describe("schemas of valibot", () => {
  it("tell what they take and what they give", () => {
    const schema = v.object({
      title: v.pipe(v.string(), v.description("What it is called.")),
      tags: v.optional(v.array(v.string())),
      state: v.optional(v.picklist(["draft", "published"]), "draft"),
      pair: v.tuple([v.string(), v.number()]),
      words: v.record(v.string(), v.number()),
      next: v.nullable(v.string()),
      created: v.date(),
      size: v.bigint(),
      bytes: v.instance(Uint8Array),
    });
    // Its converter does not say that what has a default is always given.
    const expected = article.replace("  state: ", "  state?: ");
    expect(comparable(declare(toStandardJsonSchema(schema)))).toEqual(comparable(expected));
  });

  it("say nothing without their extension, but whether they may be left out", () => {
    expect(declare(v.string())).toBe("export function f(value: unknown): unknown;");
    expect(declare(v.optional(v.string()))).toBe("export function f(value?: unknown): unknown;");
  });

  it("tell what refers to itself", () => {
    const Tree: v.GenericSchema = v.object({ children: v.array(v.lazy(() => Tree)) });
    expect(declare(toStandardJsonSchema(Tree))).toContain("children: FValue[];");
  });
});
