import { types } from "node:util";
import { describe, expect, it } from "vitest";
import { decodeInert, encodeInert } from "../../src/index.ts";
import { smallestLimit } from "./smallest-limit.ts";

const many = <Value>(make: (index: number) => Value): readonly Value[] =>
  Array.from({ length: 1000 }, (_, i) => make(i));

/** Values that are small encoded, and at least how many bytes V8 needs for each. */
const values: readonly (readonly [name: string, value: readonly unknown[], least: number])[] = [
  ["empty objects", many(() => ({})), 56],
  ["objects without prototype", many(() => Object.create(null)), 180],
  ["arrays", many((index) => [index]), 56],
  ["empty Maps", many(() => new Map()), 180],
  ["Maps", many((index) => new Map([[index, true]])), 200],
  ["empty Sets", many(() => new Set()), 150],
  ["dates", many((index) => new Date(index)), 96],
  ["expressions", many((index) => new RegExp(`${index}`)), 200],
  ["errors", many(() => new Error()), 280],
  ["boxed numbers", many((index) => Object(index)), 32],
  ["empty buffers", many(() => new ArrayBuffer(0)), 200],
  ["empty views", many(() => new Uint8Array(0)), 300],
  ["short strings", many((index) => `${index}`), 32],
  ["bigints", many((index) => BigInt(index)), 32],
  [
    "objects of many properties",
    many(() => 0)
      .slice(0, 1)
      .map(() => Object.fromEntries(many((i) => [`k${i}`, true]))),
    60_000,
  ],
];

describe("The limit of a result", () => {
  it.each(values)("counts what a host needs for %s", (_name, value, least) => {
    expect(smallestLimit(value)).toBeGreaterThanOrEqual(least * value.length);
  });

  it.each(values)("is the same for who reads %s", (_name, value) => {
    const limitBytes = smallestLimit(value);
    const encoded = encodeInert(value, { predicates: types, limitBytes });
    if (encoded.kind !== "encoded") throw new Error(encoded.message);
    expect(decodeInert(encoded.bytes, { limitBytes })).toEqual(value);
    expect(() => decodeInert(encoded.bytes, { limitBytes: limitBytes / 2 })).toThrow(
      /expected what takes at most \d+ bytes/,
    );
  });

  it("is nearly that of the bytes for what is large by itself", () => {
    for (const value of ["x".repeat(1e6), new Uint8Array(1e6), many((i) => i + 0.5).concat(new Array(1e5).fill(0.5))]) {
      const encoded = encodeInert(value, { predicates: types, limitBytes: 2 ** 24 });
      const bytes = encoded.kind === "encoded" ? encoded.bytes.length : 0;
      expect(smallestLimit(value)).toBeLessThan(bytes + 400);
    }
  });

  it("leaves arrays to a length that gets its room in no time", () => {
    const result = encodeInert([new Array(4_194_305).fill(0)], { predicates: types, limitBytes: 2 ** 28 });
    expect(result).toEqual({ kind: "too-large", message: "exports[0] has more than 4194304 elements" });
    const said = Uint8Array.from([1, 16, 0x81, 0x80, 0x80, 0x02, ...Buffer.alloc(0)]);
    const long = new Uint8Array(4_200_000);
    long.set(said);
    expect(() => decodeInert(long)).toThrow("expected at most 4194304 elements");
  });
});
