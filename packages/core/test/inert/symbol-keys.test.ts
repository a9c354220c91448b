import { types } from "node:util";
import { describe, expect, it } from "vitest";
import { encodeInert } from "../../src/index.ts";

function refusal(value: unknown): string {
  const result = encodeInert(value, { predicates: types, limitBytes: 2 ** 20 });
  return result.kind === "encoded" ? "encoded" : `${result.kind}: ${result.message}`;
}

const key = Symbol("x");
const keyed = { [key]: 1 };

/** The same object with the property on it. */
function withSymbol<Value extends object>(value: Value): Value {
  return Object.assign(value, keyed);
}

describe("encodeInert() refuses properties that a symbol names", () => {
  it.each([
    ["an object", keyed, "exports[Symbol(x)]"],
    ["a nested object", { a: [0, { b: keyed }] }, "exports.a[1].b[Symbol(x)]"],
    ["an object without prototype", withSymbol(Object.create(null)), "exports[Symbol(x)]"],
    ["an instance of a class", withSymbol(new (class {})()), "exports[Symbol(x)]"],
    ["an array", [withSymbol([1])], "exports[0][Symbol(x)]"],
    ["a Map", withSymbol(new Map()), "exports[Symbol(x)]"],
    ["a Map's value", new Map([["k", keyed]]), 'exports.get("k")[Symbol(x)]'],
    ["a Map's key", new Map([[keyed, 1]]), "exports (key 1)[Symbol(x)]"],
    ["a Set's member", new Set([keyed]), "exports (element 1)[Symbol(x)]"],
    ["an error", withSymbol(new Error("e")), "exports[Symbol(x)]"],
    ["an error's property", Object.assign(new Error("e"), { info: keyed }), "exports.info[Symbol(x)]"],
    ["an error's cause", new Error("e", { cause: keyed }), "exports.cause[Symbol(x)]"],
    ["a date", withSymbol(new Date()), "exports[Symbol(x)]"],
    ["bytes", withSymbol(new Uint8Array(1)), "exports[Symbol(x)]"],
    ["a boxed primitive", withSymbol(Object(1)), "exports[Symbol(x)]"],
    [
      "a getter, which is not called",
      Object.defineProperty({}, key, { get: fail, enumerable: true }),
      "exports[Symbol(x)]",
    ],
    ["a well-known symbol", { [Symbol.iterator]: 1 }, "exports[Symbol(Symbol.iterator)]"],
    ["a symbol without a description", { [Symbol()]: 1 }, "exports[Symbol()]"],
    ["an odd description", { [Symbol('a"\n')]: 1 }, 'exports[Symbol(a\\"\\n)]'],
    ["a long description", { [Symbol("y".repeat(99))]: 1 }, `exports[Symbol(${"y".repeat(53)}…)]`],
  ])("of %s, naming the path", (_, value, path) => {
    const withoutClass = refusal(value).replace(/ \(exports\S* is an? \w+\)$/, "");
    expect(withoutClass).toBe(`refused: ${path} is keyed by a symbol`);
  });

  it("but not what is not enumerable, nor what is inherited", () => {
    class Tagged {
      get [Symbol.toStringTag](): string {
        return "Tagged";
      }
      static [Symbol.hasInstance](): boolean {
        return false;
      }
    }
    const hidden = Object.defineProperty({}, key, { value: 1, enumerable: false });
    for (const value of [Object.assign(new Tagged(), { a: 1 }), hidden, Object.create(keyed)])
      expect(refusal(value)).toBe("encoded");
  });
});

function fail(): never {
  throw new Error("called");
}
