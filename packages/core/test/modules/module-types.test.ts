import { describe, expect, it } from "vitest";
import * as z from "zod";
import {
  defineModule,
  defineSourceModule,
  guestFunction,
  hostFunction,
  isVivariumError,
  moduleTypes,
} from "../../src/index.ts";
import { checkGuest } from "./check-guest.ts";

const Row = z
  .object({
    id: z.int(),
    title: z.string().describe("What it is called."),
    created: z.date(),
    state: z.enum(["draft", "published"]).default("draft"),
    "reading-time": z.number().optional(),
  })
  .meta({ id: "Article", description: "A row of the table." });

const options = z.object({
  limit: z.int().min(1).max(100).default(10).describe("How many."),
  order: z.enum(["asc", "desc"]).optional(),
});

const db = defineModule(
  {
    query: hostFunction({
      description: "Runs a statement.\n\nOnly SELECT.",
      parameters: [z.string().describe("The statement."), z.array(z.union([z.string(), z.null()])).optional()],
      returns: z.array(Row),
      run: async (_call, _sql, _args) => [],
    }),
    find: hostFunction({ parameters: [options], returns: Row.optional(), run: (_call, _options) => undefined }),
    insert: hostFunction({ parameters: [Row], returns: z.void(), isSync: true, run: (_call, _row) => undefined }),
    delete: hostFunction({ parameters: [z.int()], returns: z.boolean(), isSync: true, run: (_call, _id) => true }),
    rows: hostFunction({
      declaration: "(sql: string) => AsyncIterable<{ id: number }>;",
      description: "Row by row.",
      run: async function* () {},
    }),
    plain: async () => 1,
    routes: {
      get: hostFunction({
        parameters: [z.string(), guestFunction("(request: { path: string }) => unknown"), guestFunction("() => void")],
        isSync: true,
        run: (_call, _path, _handler) => undefined,
      }),
      new: () => 1,
      max: 5,
    },
    version: "1.2.3",
    limits: { rows: 1_000, engines: ["sqlite", "none"] },
  },
  { description: "The database." },
);

const declared = `/** The database. */
declare module "host:db" {
  /** A row of the table. */
  export interface Article {
    /** Integer */
    id: number;
    /** What it is called. */
    title: string;
    created: Date;
    state: "draft" | "published";
    "reading-time"?: number;
  }

  export interface FindOptions {
    /** How many. (integer, default 10, minimum 1, maximum 100) */
    limit?: number;
    order?: "asc" | "desc";
  }

  /** A row of the table. */
  export interface ArticleInput {
    /** Integer */
    id: number;
    /** What it is called. */
    title: string;
    created: Date;
    /** Default "draft" */
    state?: "draft" | "published";
    "reading-time"?: number;
  }

  /**
   * Runs a statement.
   *
   * Only SELECT.
   * @param sql The statement.
   */
  export function query(sql: string, args?: (string | null)[]): Promise<Article[]>;

  export function find(options: FindOptions): Article | undefined | Promise<Article | undefined>;
  export function insert(row: ArticleInput): void;

  /** @param id Integer */
  function delete_(id: number): boolean;
  export { delete_ as delete };

  /** Row by row. */
  export const rows: (sql: string) => AsyncIterable<{ id: number }>;

  export function plain(...args: unknown[]): Promise<unknown>;

  export const routes: {
    get(path: string, handler: (request: { path: string }) => unknown, arg2: () => void): unknown;
    "new"(...args: unknown[]): unknown | Promise<unknown>;
    readonly max: 5;
  };

  export const version: "1.2.3";
  export const limits: { rows: 1000; engines: readonly ["sqlite", "none"] };
  export * as default from "host:db";
}
`;

describe("moduleTypes()", () => {
  it("tell of code what is declared of it, and no more", () => {
    const modules = {
      "lib:known": defineSourceModule("export const one = 1;", {
        declaration: "export const one: 1;",
        description: "One.",
      }),
      "lib:other": defineSourceModule("export const two = 2;"),
    };
    expect(moduleTypes(modules)).toBe(
      '/** One. */\ndeclare module "lib:known" {\n  export const one: 1;\n}\n\ndeclare module "lib:other";\n',
    );
  });

  it("declares what a guest sees of its host's modules", () => {
    expect(moduleTypes({ "host:db": db })).toBe(declared);
  });

  it("gives a program that uses a module rightly nothing to complain of", () => {
    const program = `
      import database, { query, find, delete as remove, type Article, type ArticleInput } from "host:db";
      import * as all from "host:db";
      const rows: Article[] = await query("SELECT 1", ["a", null]);
      const found: Article | undefined = await find({ limit: 1 });
      const row: ArticleInput = { id: 1, title: "a", created: new Date() };
      database.insert(row);
      const done: boolean = remove(1) || database.delete(2) || all.delete(3);
      for await (const { id } of database.rows("SELECT 1")) id.toFixed();
      database.routes.get("/", ({ path }) => path.length, () => 1);
      const five: 5 = all.routes.max;
      const engines: readonly string[] = database.limits.engines;
      const text: string = rows[0]?.state ?? found?.title ?? String(await all.plain(1, "a"));
      export { done, five, engines, text };
    `;
    expect(checkGuest(declared, program)).toEqual([]);
  });

  it("lets the compiler find each misuse", () => {
    const program = `import database, { query } from "host:db";
      query(5);
      query();
      query("a", [5]);
      query("a").length;
      database.find({ limit: "many" });
      database.find({ limit: 1 }).title;
      (await database.find({})).title;
      database.insert({ id: 1, title: "a" });
      database.insert({ id: 1, title: "a", created: new Date(), state: "lost" });
      const nothing: string = database.insert({ id: 1, title: "a", created: new Date() });
      database.routes.get("/", "handler", () => 1);
      database.routes.get("/", (request) => request.nope, () => 1);
      database.routes.max = 6;
      database.nope;
      (await database.plain()).length;
      export { nothing };
    `;
    const lines = checkGuest(declared, program).map((fault) => Number(fault.split(":")[0]));
    expect([...new Set(lines)]).toEqual([2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16]);
  });

  it("takes a declaration that is given as it is, and keeps the order of modules", () => {
    const api = defineModule(
      { now: () => 1 },
      {
        declaration: `
          /** Of the server. */
          export function now(): number;

          export interface Item {
            id: number;
          }
        `,
      },
    );
    expect(moduleTypes({ "z:last": api, "a:first": defineModule({}) })).toBe(`declare module "z:last" {
  /** Of the server. */
  export function now(): number;

  export interface Item {
    id: number;
  }
}

declare module "a:first" {
  export * as default from "a:first";
}
`);
    expect(moduleTypes({})).toBe("");
  });

  it("tells constants by the narrowest type that can be read", () => {
    const constants = defineModule({
      text: "a\n\u202e",
      long: "x".repeat(100),
      number: -1.5,
      huge: 1e21,
      notANumber: Number.NaN,
      big: 5n,
      flag: false,
      nothing: null,
      missing: undefined,
      list: [1, "a", true],
      numbers: Array.from({ length: 20 }, (_, index) => index),
      rows: [{ id: 1 }, { id: 2, name: "b" }],
      map: new Map([["a", { id: 1 }]]),
      set: new Set([1, 2]),
      date: new Date(0),
      bytes: new Uint8Array(1),
      buffer: Buffer.from("a"),
      error: new RangeError("a"),
      expression: /a/,
      empty: {},
      getter: [Object.defineProperty({}, "a", { enumerable: true, get: () => expect.unreachable() })],
      circle: circle(),
    });
    expect(moduleTypes({ "host:constants": constants })).toBe(`declare module "host:constants" {
  export const text: "a\\n\\u202e";
  export const long: string;
  export const number: -1.5;
  export const huge: 1e+21;
  export const notANumber: number;
  export const big: bigint;
  export const flag: false;
  export const nothing: null;
  export const missing: undefined;
  export const list: readonly [1, "a", true];
  export const numbers: readonly number[];
  export const rows: readonly ({ id: number } | { id: number; name: string })[];
  export const map: Map<string, { id: number }>;
  export const set: Set<number>;
  export const date: Date;
  export const bytes: Uint8Array;
  export const buffer: Uint8Array;
  export const error: RangeError;
  export const expression: RegExp;
  export const empty: {};
  export const getter: readonly { a: unknown }[];
  export const circle: { self: { self: { self: { self: { self: unknown } } } } };
  export * as default from "host:constants";
}
`);
    expect(checkGuest(moduleTypes({ "host:constants": constants }), 'import "host:constants";')).toEqual([]);
  });

  it("exports every name that a module can have, words of the language too", () => {
    const words =
      "abstract any arguments as async await boolean break case catch class const constructor continue debugger declare " +
      "delete do else enum eval export extends false finally for from function get if implements import in infer " +
      "instanceof interface is keyof let module namespace never new null number object of package private protected " +
      "public readonly require return set static string super switch symbol this throw true try type typeof undefined " +
      "undefined_ unique unknown using var void while with yield globalThis Object größe $ _";
    const names = words.split(" ");
    const members = Object.fromEntries(names.map((name) => [name, () => 1]));
    const types = moduleTypes({
      "host:words": defineModule({ ...members, inner: members, constants: { ...members, a: 1 } }),
    });
    const uses = names.map(
      (name, index) => `import { ${name} as _${index} } from "host:words"; _${index}(1);
      words.${name}(); words.inner.${name}(1);`,
    );
    expect(checkGuest(types, `import words from "host:words";\n${uses.join("\n")}`)).toEqual([]);
  });

  it("names parameters by title, by source, or by number", () => {
    const text = z.string();
    const functions = defineModule({
      titled: hostFunction({
        parameters: [text.meta({ title: "SQL statement" }), text.meta({ title: "A long story about a parameter" })],
        run: (_call, first, _second) => first,
      }),
      pattern: hostFunction({ parameters: [z.array(text), text], run: (_call, [first], _second) => first }),
      rest: hostFunction({ parameters: [text, text], run: (...all) => all }),
      same: hostFunction({ parameters: [text.meta({ title: "b" }), text], run: (_call, _a, _b = "x") => 1 }),
      method: hostFunction({
        parameters: [text],
        async run(_call, name) {
          return name;
        },
      }),
    });
    const signatures = moduleTypes({ "host:f": functions }).match(/\([^)]*\)/g);
    expect(signatures).toEqual([
      "(SQLStatement: string, second: string)",
      "(arg0: string[], arg1: string)",
      "(arg0: string, arg1: string)",
      "(b: string, b2: string)",
      "(name: string)",
    ]);
  });

  it("takes for optional what a schema lets be undefined, from the last parameter on", () => {
    const functions = defineModule({
      f: hostFunction({
        parameters: [z.string().optional(), z.number(), z.unknown(), z.string().default("a")],
        returns: z.string().default("a"),
        isSync: true,
        run: (_call, _a, _b, _c, _d) => "a",
      }),
      late: hostFunction({
        parameters: [
          z
            .string()
            .optional()
            .refine(async () => true),
        ],
        isSync: true,
        run: (_call, _a) => 1,
      }),
    });
    const types = moduleTypes({ "host:f": functions });
    expect(types).toContain("f(a: string | undefined, b: number, c?: unknown, d?: string): string;");
    expect(types).toContain("late(a: string): unknown;");
  });

  it("says of a plain async generator that it is an async iterable", () => {
    const lines = defineModule({
      async *lines() {
        yield 1;
      },
    });
    expect(moduleTypes({ "host:log": lines })).toContain("): AsyncIterable<unknown>;");
  });

  it("tells what answers at once, by promise, either way or bit by bit", () => {
    const returns = z.object({ a: z.string(), b: z.string(), c: z.string() });
    const run = (): { a: string; b: string; c: string } => ({ a: "", b: "", c: "" });
    const functions = defineModule({
      now: hostFunction({ parameters: [], returns, isSync: true, run }),
      later: hostFunction({ parameters: [], returns, isSync: false, run }),
      either: hostFunction({ parameters: [], returns: returns.optional(), run }),
      short: hostFunction({ parameters: [], returns: z.enum(["a", "b"]), run: (_call) => "a" }),
      nothing: hostFunction({ parameters: [], returns: z.undefined(), run: async () => undefined }),
      bits: hostFunction({
        parameters: [],
        returns: z.number().optional(),
        async *run() {
          yield 1;
        },
      }),
      laterBits: hostFunction({
        parameters: [],
        isSync: false,
        async *run() {
          yield 1;
        },
      }),
    });
    expect(moduleTypes({ "host:f": functions })).toBe(`declare module "host:f" {
  export interface EitherResult {
    a: string;
    b: string;
    c: string;
  }

  export function now(): { a: string; b: string; c: string };
  export function later(): Promise<{ a: string; b: string; c: string }>;
  export function either(): EitherResult | undefined | Promise<EitherResult | undefined>;
  export function short(): "a" | "b" | Promise<"a" | "b">;
  export function nothing(): Promise<void>;
  export function bits(): AsyncIterable<number | undefined>;
  export function laterBits(): Promise<AsyncIterable<unknown>>;
  export * as default from "host:f";
}
`);
  });

  it("declares long types by names of their own, and what is the same once", () => {
    const event = z.discriminatedUnion("kind", [
      z.object({ kind: z.literal("meeting"), at: z.iso.datetime(), who: z.array(z.string()) }),
      z.object({ kind: z.literal("reminder"), at: z.iso.datetime(), text: z.string() }),
    ]);
    const long = z.tuple([z.string().max(5), z.object({ a: z.string().describe("A letter.") })]);
    const functions = defineModule({
      add: hostFunction({
        parameters: [event.optional()],
        returns: long,
        run: async (_call, _event) => ["", { a: "" }],
      }),
      between: hostFunction({ parameters: [z.date(), z.date()], returns: z.array(event), run: async () => [] }),
      search: hostFunction({
        parameters: ["a", "b", "c"].map((word) => z.string().meta({ title: `the ${word.repeat(20)}` })),
        returns: z.record(z.string(), event),
        isSync: true,
        run: () => ({}),
      }),
    });
    expect(moduleTypes({ "host:f": functions })).toBe(`declare module "host:f" {
  export type AddEvent =
    | {
        kind: "meeting";
        /** Format date-time */
        at: string;
        who: string[];
      }
    | {
        kind: "reminder";
        /** Format date-time */
        at: string;
        text: string;
      };

  export function add(event?: AddEvent): Promise<[string, {
    /** A letter. */
    a: string;
  }]>;

  export function between(arg0: Date, arg1: Date): Promise<AddEvent[]>;

  export function search(
    theAaaaaaaaaaaaaaaaaaaa: string,
    theBbbbbbbbbbbbbbbbbbbb: string,
    theCccccccccccccccccccc: string,
  ): { [key: string]: AddEvent };

  export * as default from "host:f";
}
`);
  });

  it("refuses what are no modules", () => {
    const refused = (): string => moduleTypes(JSON.parse('{ "host:db": {} }'));
    expect(refused).toThrow(expect.toSatisfy((error) => isVivariumError(error, "ERR_INVALID_MODULE")));
  });
});

function circle(): object {
  const one: { self?: object } = {};
  one.self = one;
  return one;
}
