import { describe, expect, test } from "vitest";
import { encodeInSlices, partsOfText } from "../src/slices/encode-in-slices.ts";
import { encodeJson } from "../src/slices/encode-json.ts";
import { jsonTexts } from "../src/slices/json-texts.ts";

const LONG = 20_000;
const joined = (value: unknown): string => [...jsonTexts(value, 10_000_000)].join("");

describe("data as JSON, bit by bit", () => {
  test.each([
    [
      "what has no parts",
      [null, true, false, 0, -0, 1.5, 1e300, Number.NaN, Number.POSITIVE_INFINITY, "", "ä\u{1f600}\n"],
    ],
    [
      "what JSON does not have",
      [undefined, { a: undefined, b: 1 }, new Map([[1, 2]]), new Set([1]), /x/g, new Error("x")],
    ],
    ["dates and boxes", [new Date(0), new Date(Number.NaN), Object(1), Object("ä"), Object(true)]],
    ["bytes", [new Uint8Array([1, 2]), new Float64Array([0.5]), new DataView(new ArrayBuffer(2)), new ArrayBuffer(2)]],
    ["lists with holes", [new Array(3), [[], [[]], {}]]],
    [
      "names",
      [JSON.parse('{"__proto__":{"a":1},"":2,"\\u0001":3,"toJSON":4}'), Object.assign(new Error("x"), { code: "E" })],
    ],
    ["an object without a prototype", Object.assign(Object.create(null), { a: [1, { b: 2 }] })],
    [
      "long texts",
      [`${"x".repeat(8191)}\u{1f600}`, "\u{1f600}".repeat(LONG), `a${"\u{1f600}".repeat(LONG)}`, "\ud800".repeat(LONG)],
    ],
    ["a long name", { ["\u0001".repeat(LONG)]: 1 }],
    ["one thing twice", ((each) => [each, each])({ a: 1 })],
  ])("is what it is at once: %s", (_what, value) => {
    expect(joined(value)).toBe(JSON.stringify(value));
  });

  test("is not of what holds itself, of bigints, and of more than it may be", async () => {
    const circle: unknown[] = new Array(LONG).fill(0);
    circle.push(circle);
    await expect(encodeJson(circle)).rejects.toThrow("Converting circular structure to JSON");
    await expect(encodeJson([...new Array(LONG).fill(0), 1n])).rejects.toThrow("BigInt");
    await expect(encodeJson(new Array(1_000_001).fill(0))).rejects.toThrow("It is too long to be written out");
    await expect(encodeJson(["\u0001".repeat(6_000_000)])).rejects.toThrow("It is too long to be written out");
  });

  test("lets the host go on where it takes long", async () => {
    let turns = 0;
    const counting = setInterval(() => (turns += 1));
    const pieces = await encodeJson(Array.from({ length: 300_000 }, (_, index) => ({ index })));
    clearInterval(counting);
    expect(JSON.parse(Buffer.concat(pieces).toString())).toHaveLength(300_000);
    expect(turns).toBeGreaterThan(2);
  });
});

test("a text is written as it is, in pieces that part no character", async () => {
  for (const text of ["", "x", "ä".repeat(100_000), `a${"\u{1f600}".repeat(100_000)}`, "\ud800".repeat(100_000)]) {
    const pieces = await encodeInSlices(partsOfText(text), Number.POSITIVE_INFINITY);
    expect(Buffer.concat(pieces).equals(Buffer.from(text))).toBe(true);
  }
});
