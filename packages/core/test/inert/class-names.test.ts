import { types } from "node:util";
import { runInNewContext } from "node:vm";
import { describe, expect, it } from "vitest";
import { encodeInert } from "../../src/index.ts";

function refusal(value: unknown): string {
  const result = encodeInert(value, { predicates: types, limitBytes: 2 ** 20 });
  return result.kind === "encoded" ? "encoded" : `${result.kind}: ${result.message}`;
}

const trap = (): never => {
  throw new Error("ran");
};

class Tagged {
  get [Symbol.toStringTag](): string {
    return trap();
  }
}

describe("encodeInert() refuses what keeps all it has to itself, by its class:", () => {
  it.each([
    ["a URL", new URL("http://host/")],
    ["a URLSearchParams", new URLSearchParams("a=1")],
    ["a Headers", new Headers()],
    ["a Response", new Response("text")],
    ["a WebAssembly.Memory", runInNewContext("new WebAssembly.Memory({ initial: 1 })")],
    ["an Intl.NumberFormat", new Intl.NumberFormat()],
    ["an Intl.NumberFormat", runInNewContext("new Intl.NumberFormat()")],
    ["an Array Iterator", [1].values()],
    ["a String Iterator", ""[Symbol.iterator]()],
    ["an Iterator Helper", [1].values().map(String)],
    ["a Mine", new (class Mine extends URL {})("http://host/")],
    ["a Tagged", new Tagged()],
    ["a b\\n", Object.create(Object.create(null, { [Symbol.toStringTag]: { value: "b\n" } }))],
    [`a ${"x".repeat(60)}…`, Object.create({ [Symbol.toStringTag]: "x".repeat(100) })],
    ["of a class", Object.create(Object.create(null, { [Symbol.toStringTag]: { get: trap } }))],
  ])("%s", (name, value) => {
    expect(refusal({ it: value })).toBe(`refused: exports.it is ${name}, which has no inert form`);
  });

  it.each([
    ["a Blob", new Blob([])],
    ["an Event", new Event("x")],
    ["a Mine", Object.assign(new (class Mine {})(), { [Symbol("s")]: 1 })],
  ])("%s, where a symbol names a property of it", (name, value) => {
    expect(refusal([value])).toMatch(/^refused: exports\[0\]\[Symbol\(\w+\)\] is keyed by a symbol/);
    expect(refusal([value])).toContain(`(exports[0] is ${name})`);
  });
});

describe("encodeInert() takes", () => {
  it("what has properties, and what only says of itself that it is an object", () => {
    const plainTag = Object.create({ [Symbol.toStringTag]: "Object" });
    const hidden = Object.defineProperty({}, Symbol.toStringTag, { value: "Own" });
    for (const value of [
      Object.assign(new Tagged(), { a: 1 }),
      plainTag,
      hidden,
      new (class {})(),
      Object.create(null),
    ]) {
      expect(refusal(value)).toBe("encoded");
    }
  });

  it("what has a proxy among its prototypes, without a question to it", () => {
    const traps = Object.fromEntries(Object.getOwnPropertyNames(Reflect).map((name) => [name, trap]));
    const value = Object.create(null);
    Object.setPrototypeOf(value, new Proxy({}, traps));
    expect(refusal(value)).toBe("encoded");
  });
});
