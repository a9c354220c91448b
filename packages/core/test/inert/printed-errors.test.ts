import { inspect, types } from "node:util";
import { describe, expect, it } from "vitest";
import { decodeInert } from "../../src/inert/decode-inert.ts";
import { encodeInert } from "../../src/inert/encode-inert.ts";

const RED = "\u001b[31mred\r\u2028\u202e";

function through(value: unknown): Error {
  const result = encodeInert(value, { predicates: types, limitBytes: 10_000_000 });
  if (result.kind !== "encoded") throw new Error(result.message);
  return decodeInert(result.bytes) as Error;
}

describe("an error that has come out of a guest", () => {
  const withoutStack = Object.assign(new Error(RED), { stack: undefined });
  const cases: readonly (readonly [string, unknown])[] = [
    ["in its message", new TypeError(RED)],
    ["in its stack", Object.assign(new Error("plain"), { stack: `Error: ${RED}\n\tat somewhere` })],
    ["and no stack", withoutStack],
    ["in its cause", new Error("outer", { cause: new Error(RED) })],
    ["in one of several", new AggregateError([new Error(RED)], "several")],
    ["and a stack that is none", Object.assign(new Error(RED), { stack: { toString: 1 } })],
  ];

  it.each(cases)("prints no command to a terminal that it has %s", (_where, error) => {
    const printed = inspect(through(error));
    expect(printed).toContain("red");
    expect(printed).not.toMatch(/[\u001b\r\u2028\u202e]/);
  });

  it("keeps its message, and the lines of a stack that has nothing of the kind", () => {
    const error = new RangeError("two\nlines");
    expect(through(error).stack).toBe(error.stack);
    expect(through(new Error(RED)).message).toBe(RED);
  });

  it("has a stack of which nobody reads more than a beginning", () => {
    const long = Object.assign(new Error("long"), { stack: "x".repeat(1_000_000) });
    expect(through(long).stack?.length).toBe(65_536);
  });
});
