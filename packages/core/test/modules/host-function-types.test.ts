import { describe, expect, expectTypeOf, it } from "vitest";
import { z } from "zod";
import { hostFunction } from "../../src/index.ts";
import { checkSource } from "./check-guest.ts";

const query = async (_sql: string, args: (string | number)[]): Promise<number> => args.length;
const list = z.array(z.union([z.string(), z.number()])).optional();

describe("the types of a host function", () => {
  it("let a parameter that may be missing have a default", () => {
    const f = hostFunction({ parameters: [z.string(), list], run: async (_call, sql, args = []) => query(sql, args) });
    type Signature = NonNullable<typeof f.signature>;
    expectTypeOf<Parameters<Signature>>().toEqualTypeOf<[string, (string | number)[] | undefined]>();
    expectTypeOf<ReturnType<Signature>>().toEqualTypeOf<Promise<number>>();
  });

  it("let it return what its schema takes, promised or one after another as well, and nothing else", {
    timeout: 60_000,
  }, () => {
    const right = [
      `returns: z.string(), run: () => "x"`,
      `returns: z.string(), run: async (_call, text: string) => text`,
      `returns: z.string(), async *run() { yield "x"; }`,
      `returns: z.string().transform(Number), run: () => "5"`,
      `returns: z.array(z.number()), run: () => [1] as readonly number[]`,
      `returns: z.void(), run: () => {}`,
      `parameters: [], returns: z.enum(["a", "b"]), run: (_call) => "a"`,
      `parameters: [z.string()], returns: z.tuple([z.string(), z.object({ kind: z.literal("a") })]),
        run: async (_call, text) => [text, { kind: "a" }]`,
    ];
    const wrong = [
      `returns: z.string(), run: () => 5`,
      `returns: z.string(), run: async (_call, text: string) => text.length`,
      `returns: z.string(), async *run() { yield 5; }`,
      `returns: z.string().transform(Number), run: () => 5`,
      `returns: z.object({ a: z.number(), b: z.number() }), run: async () => ({ a: 1 })`,
      `parameters: [z.string()], returns: z.string(), run: (_call, text) => text.length`,
      `parameters: [z.string()], returns: z.string(), run: async (_call, text) => text.length`,
    ];
    const lines = [...right, ...wrong].map((options) => `hostFunction({ ${options.replace(/\s+/g, " ")} });`);
    const program = `import { z } from "zod"; import { hostFunction } from "../../src/index.ts";\n${lines.join("\n")}`;
    const faulty = checkSource(program).map((fault) => fault.replace(/^(\d+: [^.]*\.).*/, "$1"));
    const fault = "No overload matches this call.";
    expect(faulty).toEqual(wrong.map((_, index) => `${right.length + index + 2}: ${fault}`));
  });
});
