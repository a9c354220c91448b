import { isDeepStrictEqual, types } from "node:util";
import { describe, expect, it } from "vitest";
import { decodeInert, decodeInertInSlices, encodeInert } from "../../src/index.ts";
import { InertDecoder } from "../../src/inert/inert-decoder.ts";

const MIB = 2 ** 20;

function encode(value: unknown): Uint8Array {
  const result = encodeInert(value, { predicates: types, limitBytes: 64 * MIB });
  if (result.kind !== "encoded") throw new Error(result.message);
  return result.bytes;
}

function refusal(value: unknown): string {
  const result = encodeInert(value, { predicates: types, limitBytes: 64 * MIB });
  return result.kind === "encoded" ? "encoded" : `${result.kind}: ${result.message}`;
}

/** A part is long beyond a mebibyte. */
const LONG = 1.25 * MIB;
const ascii = "x".repeat(LONG);
const latin1 = "é".repeat(LONG);
// A pair of surrogates lies across every even place.
const wide = `a${"😀".repeat(LONG / 2)}`;
const lone = `${"a".repeat(MIB - 1)}\ud800`;
const bytes = Uint8Array.from({ length: LONG }, (_, index) => index % 251);
const numbers = Array.from({ length: 300_000 }, (_, index) => (index % 3 === 0 ? index : index / 7));

const values: readonly (readonly [string, unknown])[] = [
  ["strings of every kind, and again", [ascii, latin1, wide, lone, "short", lone, wide, latin1, ascii, "short"]],
  ["a string alone", latin1],
  ["names of properties", { [ascii]: { [wide]: 1 }, [latin1]: lone, short: ascii }],
  [
    "keys and values of a Map",
    new Map<unknown, unknown>([
      [ascii, wide],
      [latin1, new Map([[lone, bytes]])],
      [1, ascii],
    ]),
  ],
  ["members of a Set", new Set([ascii, latin1, wide, lone, bytes])],
  [
    "a buffer, and views of every size",
    [bytes.buffer, bytes, new Float64Array(bytes.buffer), new DataView(bytes.buffer)],
  ],
  ["a buffer that comes twice", [bytes, { bytes }, bytes]],
  // A stack of which no more than a beginning would be read is cut.
  ["what an error says", Object.assign(new Error(wide), { [ascii]: bytes, code: latin1, stack: "Error: short" })],
  ["long and short by turns", [1, ascii, [2, latin1, { three: wide, four: [bytes, "5"] }], new Date(6)]],
];

describe("parts that are too long to be read at once", () => {
  it.each(values)("%s come out as they went in", async (_, value) => {
    const encoded = encode(value);
    const decoded = decodeInert(encoded);
    expect(isDeepStrictEqual(decoded, value)).toBe(true);
    expect(isDeepStrictEqual((await decodeInertInSlices(encoded)).value, value)).toBe(true);
    expect(Buffer.compare(encode(decoded), encoded)).toBe(0);
  });

  it("strings in boxes, and objects after them, come out as they went in", () => {
    const [one, object, two] = decodeInert(encode([Object(wide), { a: 1 }, Object(latin1)])) as unknown[];
    expect([one instanceof String, String(one) === wide, object, String(two) === latin1]).toEqual([
      true,
      true,
      { a: 1 },
      true,
    ]);
  });

  it.each<readonly [string, unknown]>([
    ["a string", ascii],
    ["a string of wide characters", wide],
    ["a buffer", bytes.buffer],
    ["numbers", numbers],
    ["a string in an object", { inner: [latin1] }],
  ])("%s is read in steps, each of a mebibyte or less", (_, value) => {
    const encoded = encode(value);
    const decoder = new InertDecoder(encoded, { maxDepth: 10, maxNodes: 10, limitBytes: 2 ** 28 });
    let steps = 1;
    while (!decoder.advance(32_768)) steps += 1;
    expect(steps).toBeGreaterThanOrEqual(encoded.length / MIB);
    expect(isDeepStrictEqual(decoder.decoded, value)).toBe(true);
  });

  const members = Array.from({ length: 100_000 }, (_, index) => index + 0.5);
  it.each<readonly [string, unknown]>([
    ["a Set", new Set(members)],
    ["a Map", new Map(members.map((member) => [member, 0]))],
  ])("members of %s are read in steps that compare few of them with each other: all may have one hash", (_, value) => {
    const decoder = new InertDecoder(encode(value), { maxDepth: 10, maxNodes: 300_000, limitBytes: 2 ** 28 });
    let most = 0;
    for (let before = 0, done = false; !done; ) {
      done = decoder.advance(32_768);
      const { size } = decoder.decoded as Set<unknown>;
      most = Math.max(most, (size - before) * size);
      before = size;
    }
    expect(most).toBeLessThan(5_000_000);
    expect(isDeepStrictEqual(decoder.decoded, value)).toBe(true);
  });

  it("a step ends with a regular expression: parsing one may take as long as all else", () => {
    const expressions = Array.from({ length: 50 }, (_, index) => new RegExp(`[!-${index}]`, "u"));
    const decoder = new InertDecoder(encode(expressions), { maxDepth: 10, maxNodes: 100, limitBytes: 2 ** 28 });
    let steps = 1;
    while (!decoder.advance(32_768)) steps += 1;
    expect(steps).toBeGreaterThanOrEqual(expressions.length);
    expect(decoder.decoded).toEqual(expressions);
  });

  it("a string that is not what it says is refused, wherever that shows", async () => {
    for (const at of [10, MIB, LONG]) {
      const encoded = encode(ascii);
      encoded[at] = 0xff;
      expect(() => decodeInert(encoded)).toThrow(expect.objectContaining({ code: "ERR_MALFORMED_VALUE" }));
      await expect(decodeInertInSlices(encoded)).rejects.toThrow("expected a well-formed string");
    }
    // UTF-8 for one character, where the tag says that every byte is one.
    expect(() => decodeInert(new Uint8Array([1, 8, 2, 0xc3, 0xa9]))).toThrow("expected a well-formed string");
  });
});

describe("long arrays", () => {
  const sparse = (length: number, set: Readonly<Record<number, unknown>>): unknown[] =>
    Object.assign(new Array(length), set);
  it.each<readonly [string, readonly unknown[]]>([
    ["of numbers alone", numbers],
    ["of numbers and one text at the end", [...numbers, "end"]],
    ["of numbers and one text at the beginning", ["start", ...numbers]],
    ["of numbers and a text now and then", numbers.map((number, index) => (index % 1_000 === 0 ? "text" : number))],
    ["of texts alone", numbers.map(String)],
    ["of texts and numbers after them", [...numbers.map(() => "t"), ...numbers]],
    ["of undefined and null", numbers.map((_, index) => (index % 2 === 0 ? undefined : null))],
    ["that begin with a hole", sparse(300_000, { 299999: 1.5 })],
    ["that end with a hole", sparse(300_000, { 0: 1.5 })],
    ["that are nothing but holes", new Array(300_000)],
    ["of long arrays", [numbers, [numbers.map(String)], numbers]],
  ])("%s come out as they went in", (_, value) => {
    const decoded = decodeInert(encode(value)) as unknown[];
    expect(isDeepStrictEqual(decoded, value)).toBe(true);
    expect(Object.keys(decoded).length).toBe(Object.keys(value).length);
  });

  it("get no room for what is only announced", () => {
    // Each array says that all the bytes after it are its elements: room for all of them would be 30 GB.
    const hostile = new Uint8Array(4 * MIB);
    hostile[0] = 1;
    let at = 1;
    for (let depth = 0; depth < 900; depth += 1) {
      hostile.set([16, 0x80, 0x80, 0xff, 0x01], at);
      at += 5;
    }
    const before = process.memoryUsage().rss;
    expect(() => decodeInert(hostile.fill(17, at))).toThrow(expect.objectContaining({ code: "ERR_MALFORMED_VALUE" }));
    expect(process.memoryUsage().rss - before).toBeLessThan(256 * MIB);
  });
});

describe("what a host would stand still over is refused", () => {
  const MOST_PROPERTIES = 262_144;
  const MOST_MEMBERS = 524_288;
  const object = (count: number): object =>
    Object.fromEntries(Array.from({ length: count }, (_, index) => [`k${index}`, 0]));
  const members = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

  it("in an object of too many properties", () => {
    expect(refusal({ a: object(MOST_PROPERTIES) })).toBe("encoded");
    expect(refusal({ a: [object(MOST_PROPERTIES + 1)] })).toBe(
      "too-large: exports.a[0] has more than 262144 properties",
    );
    expect(refusal(Object.assign(new Error("e"), object(MOST_PROPERTIES + 1)))).toBe(
      "too-large: exports has more than 262144 properties",
    );
  });

  it("in a Map or a Set of too many members, also one that grows while it is read", () => {
    expect(refusal(new Set(members(MOST_MEMBERS)))).toBe("encoded");
    expect(refusal([new Set(members(MOST_MEMBERS + 1))])).toBe("too-large: exports[0] has more than 524288 members");
    const map = new Map(members(MOST_MEMBERS + 1).map((member) => [member, null]));
    expect(refusal({ map })).toBe("too-large: exports.map has more than 524288 members");
    const growing: Map<number, object> = new Map();
    const grow = (): object => ({
      get next() {
        growing.set(growing.size, grow());
        return 1;
      },
    });
    growing.set(0, grow());
    expect(refusal(growing)).toBe("too-large: exports has more than 524288 members");
  });

  it("in a bigint of too many digits", () => {
    expect(refusal(2n ** BigInt(4 * MIB - 1))).toBe("encoded");
    expect(refusal([2n ** BigInt(4 * MIB)])).toBe(
      "refused: exports[0] is a bigint of more than 1048576 hexadecimal digits",
    );
  });

  it("in an array of more holes than values are allowed", () => {
    const value = new Array(1_001);
    const result = encodeInert(value, { predicates: types, limitBytes: MIB, maxNodes: 1_001 });
    expect(result).toEqual({ kind: "too-large", message: "exports holds more than 1001 values" });
    expect(() => decodeInert(encode(value), { maxNodes: 1_001 })).toThrow("expected at most 1001 values");
    expect(decodeInert(encode(value), { maxNodes: 1_002 })).toStrictEqual(value);
  });

  it("in a long array whose numbers have others among them, of which the engine makes objects", () => {
    const allowed = (value: unknown, maxNodes: number): boolean => {
      const result = encodeInert(value, { predicates: types, limitBytes: 64 * MIB, maxNodes });
      return result.kind === "encoded";
    };
    expect(allowed(numbers, 1)).toBe(true);
    expect(isDeepStrictEqual(decodeInert(encode(numbers), { maxNodes: 1 }), numbers)).toBe(true);
    for (const mixed of [
      [...numbers, "end"],
      ["start", ...numbers],
      [...numbers, "in between", ...numbers],
    ]) {
      expect([allowed(mixed, mixed.length), allowed(mixed, mixed.length + 1)]).toEqual([false, true]);
      expect(() => decodeInert(encode(mixed), { maxNodes: mixed.length })).toThrow("expected at most");
      expect(isDeepStrictEqual(decodeInert(encode(mixed), { maxNodes: mixed.length + 1 }), mixed)).toBe(true);
    }
  });

  it("also by the host, when a cell sends it all the same", () => {
    const properties = (tag: number[]): Uint8Array => {
      const rows = Array.from({ length: MOST_PROPERTIES + 1 }, (_, index) => [
        ...[8, 4, ...Buffer.from(index.toString(36).padStart(4, "0"))],
        0,
      ]);
      return Uint8Array.from([1, ...tag, ...rows.flat(), 27]);
    };
    expect(() => decodeInert(properties([14, 0x81, 0x80, 0x10]))).toThrow("expected at most 262144 properties");
    expect(() => decodeInert(properties([22, 0]))).toThrow("expected at most 262144 properties");
    const set = encode(members(MOST_MEMBERS + 1).map(String));
    const start = 5;
    const hostile = Uint8Array.from([1, 19, ...set.subarray(start), 27]);
    expect(() => decodeInert(hostile)).toThrow("expected at most 524288 members");
    const bigint = new Uint8Array(MIB + 7).fill(0x31);
    bigint.set([1, 7, 0, 0x81, 0x80, 0x40]);
    expect(() => decodeInert(bigint)).toThrow("expected a shorter bigint");
  });
});

it("a decoding that occupies the thread for longer than it may is given up", async () => {
  const encoded = encode(Array.from({ length: 200_000 }, (_, index) => ({ index })));
  await expect(decodeInertInSlices(encoded, { limitMs: 1 })).rejects.toMatchObject({
    code: "ERR_MALFORMED_VALUE",
    message: expect.stringContaining("it takes more than 1 ms"),
  });
  expect((await decodeInertInSlices(encoded, { limitMs: 60_000 })).value).toHaveLength(200_000);
});
