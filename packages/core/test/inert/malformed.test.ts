import { types } from "node:util";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeInert, encodeInert, isVivariumError } from "../../src/index.ts";

const valid: readonly unknown[] = [
  { a: [1, 2.5, "x", -0, null, true], b: "é", c: "日本", d: "\ud800" },
  new Map<unknown, unknown>([
    ["k", new Set([1n, -2n])],
    [{ deep: [[[]]] }, new Date(0)],
  ]),
  [/a+/gi, new Error("x", { cause: new TypeError("y") }), new Uint16Array([1, 2]), new DataView(new ArrayBuffer(3))],
  [
    Object(1n),
    new String("s"),
    Object.create(null),
    new ArrayBuffer(2),
    Array.from({ length: 50 }, (_, index) => index),
  ],
];
const encodings: readonly Uint8Array[] = valid.map((value) => {
  const result = encodeInert(value, { predicates: types, limitBytes: 2 ** 20 });
  if (result.kind !== "encoded") throw new Error(result.message);
  return result.bytes;
});

function text(value: string): number[] {
  return [8, value.length, ...Buffer.from(value, "latin1")];
}

/** Decodes hostile bytes: either a value comes out, or the one coded error. */
function attempt(bytes: Uint8Array): unknown {
  try {
    return decodeInert(bytes);
  } catch (error) {
    if (!isVivariumError(error, "ERR_MALFORMED_VALUE")) throw error;
    return undefined;
  }
}

/** Whether a value and all that it reaches is data of this realm: no function, no proxy, no accessor, no foreign prototype. */
function isInert(root: unknown): boolean {
  const seen = new Set<unknown>();
  const rest = [root];
  for (let value = rest.pop(); seen.size < 10_000; value = rest.pop()) {
    if (typeof value === "function" || typeof value === "symbol" || types.isProxy(value)) return false;
    if (typeof value === "object" && value !== null && !seen.has(value)) {
      seen.add(value);
      if (value instanceof Map) rest.push(...value.keys(), ...value.values());
      if (value instanceof Set) rest.push(...value);
      for (const { get, set, value: child } of Object.values(Object.getOwnPropertyDescriptors(value))) {
        if (get !== undefined || set !== undefined) return false;
        rest.push(child);
      }
    }
    if (rest.length === 0) return true;
  }
  return true;
}

describe("decodeInert() of what is no encoding", () => {
  it.each<[string, number[]]>([
    ["nothing", []],
    ["a version alone", [1]],
    ["another version", [2, 1]],
    ["trailing bytes", [1, 1, 0]],
    ["an unknown tag", [1, 200]],
    ["an end without a beginning", [1, 27]],
    ["a hole outside an array", [1, 4]],
    ["numbers outside an array", [1, 17, 0, 0, 0, 0]],
    ["half a number", [1, 6, 0, 0, 0]],
    ["a count without end", [1, 8, 255, 255, 255, 255, 255, 255]],
    ["a string longer than its bytes", [1, 8, 5, 97]],
    ["a string of 4 GiB", [1, 8, 255, 255, 255, 255, 15]],
    ["ASCII that is none", [1, 8, 1, 0x80]],
    ["UTF-16 with a lone surrogate", [1, 10, 1, 0, 0xd8]],
    ["UTF-16 of half a unit", [1, 10, 1, 0]],
    ["a reference to no string", [1, 12, 0]],
    ["a reference to no object", [1, 13, 0]],
    ["a reference to a later object", [1, 16, 2, 13, 1, 16, 0]],
    ["a bigint without digits", [1, 7, 0, 0]],
    ["a bigint of other letters", [1, 7, 0, 2, 0x78, 0x31]],
    ["a bigint of two signs", [1, 7, 2, 1, 0x31]],
    ["an array longer than its bytes", [1, 16, 255, 255, 255, 255, 15, 0]],
    ["more numbers than the array has", [1, 16, 1, 17, 2, 0, 0, 0, ...Array.from({ length: 16 }, () => 0)]],
    ["more numbers than there are bytes", [1, 16, 4, 17, 255, 255, 255, 255]],
    ["more properties than there are bytes", [1, 14, 100, 8, 0, 0]],
    ["a property twice", [1, 14, 2, ...text("a"), 0, ...text("a"), 0]],
    ["a property named by a number", [1, 14, 1, 5, 2, 0]],
    ["a Map's key twice", [1, 18, 5, 2, 0, 5, 2, 0, 27]],
    ["a Map's key without a value", [1, 18, 5, 2, 27]],
    ["a Map without end", [1, 18, 5, 2, 0]],
    ["a Set's member twice", [1, 19, 5, 2, 5, 2, 27]],
    ["an expression that does not compile", [1, 21, ...text("("), ...text("")]],
    ["an expression of unknown flags", [1, 21, ...text("a"), ...text("q")]],
    ["an expression that takes long to parse", [1, 21, ...text("\\p{RGI_Emoji}".repeat(4)), ...text("v")]],
    ["an unknown kind of error", [1, 22, 99, 27]],
    ["a box of null", [1, 23, 1]],
    ["a box of an object", [1, 23, 14, 0]],
    ["an unknown kind of typed array", [1, 26, 99, 0]],
    ["a typed array of half elements", [1, 26, 5, 3, 0, 0, 0]],
    ["a buffer longer than its bytes", [1, 24, 9, 0]],
  ])("refuses %s by code", (_, bytes) => {
    expect(() => decodeInert(Uint8Array.from(bytes))).toThrow(expect.objectContaining({ code: "ERR_MALFORMED_VALUE" }));
  });

  it("refuses every beginning of a valid encoding", () => {
    for (const bytes of encodings) {
      for (let end = 0; end < bytes.length; end += 1) {
        expect(() => decodeInert(bytes.subarray(0, end))).toThrow(
          expect.objectContaining({ code: "ERR_MALFORMED_VALUE" }),
        );
      }
    }
  });

  it("gives inert data or the coded error for any bytes", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(isInert(attempt(Uint8Array.of(1, ...bytes)))).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });

  it("gives inert data or the coded error for any run of tags", () => {
    const tag = fc.oneof({ weight: 4, arbitrary: fc.integer({ min: 0, max: 28 }) }, fc.integer({ min: 0, max: 255 }));
    fc.assert(
      fc.property(fc.array(tag, { maxLength: 60 }), (bytes) => {
        expect(isInert(attempt(Uint8Array.of(1, ...bytes)))).toBe(true);
      }),
      { numRuns: 5_000 },
    );
  });

  it("gives inert data or the coded error for valid encodings with wrong bytes in them", () => {
    const change = fc.record({ at: fc.nat({ max: 400 }), byte: fc.integer({ min: 0, max: 255 }) });
    fc.assert(
      fc.property(fc.constantFrom(...encodings), fc.array(change, { minLength: 1, maxLength: 4 }), (bytes, changes) => {
        const mutated = Uint8Array.from(bytes);
        for (const { at, byte } of changes) mutated[at % mutated.length] = byte;
        expect(isInert(attempt(mutated))).toBe(true);
      }),
      { numRuns: 5_000 },
    );
  });

  it("refuses nesting and numbers of values beyond the bounds, without overflowing", () => {
    const deep = Uint8Array.from([1, ...Array.from({ length: 100_000 }, () => [16, 1]).flat(), 0]);
    expect(() => decodeInert(deep)).toThrow(/at most 1000 levels/);
    expect(() => decodeInert(deep, { maxDepth: 10 })).toThrow(/at most 10 levels/);
    const many = Uint8Array.of(1, 16, 100, ...Array.from({ length: 100 }, () => 0));
    expect(() => decodeInert(many, { maxNodes: 100 })).toThrow(/at most 100 values/);
    expect(decodeInert(many, { maxNodes: 101 })).toHaveLength(100);
  });

  it("leaves the stack traces of errors as they were, after a failure too", () => {
    const before = Error.stackTraceLimit;
    attempt(Uint8Array.of(1, 22, 0));
    expect(Error.stackTraceLimit).toBe(before);
    expect(new Error("x").stack).toContain("malformed.test");
  });
});
