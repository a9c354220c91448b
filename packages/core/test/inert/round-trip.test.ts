import { createRequire } from "node:module";
import { types } from "node:util";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeInert, decodeInertInSlices, encodeInert } from "../../src/index.ts";

/** Answers the namespace itself, where the test runner's `import()` answers a proxy of it. */
const require = createRequire(import.meta.url);

const options = { predicates: types, limitBytes: 64 * 2 ** 20 };

function encode(value: unknown): Uint8Array {
  const result = encodeInert(value, options);
  if (result.kind !== "encoded") throw new Error(result.message);
  return result.bytes;
}

function roundTrip<Value>(value: Value): Value {
  return decodeInert(encode(value)) as Value;
}

describe("encodeInert() and decodeInert()", () => {
  it.each([
    undefined,
    null,
    true,
    false,
    0,
    -0,
    1,
    -1,
    63,
    64,
    -64,
    -65,
    2 ** 31 - 1,
    -(2 ** 31),
    2 ** 31,
    2 ** 53,
    0.1,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    0n,
    -1n,
    2n ** 200n,
    -(2n ** 64n),
    "",
    "ascii",
    "é and ÿ \u0080\u009f",
    "日本 😀",
    "\ud800 alone \udfff",
    "\ufeffmark",
    "nul \0 in it",
  ])("keep the primitive %s", (value) => {
    expect(Object.is(roundTrip(value), value)).toBe(true);
  });

  it("keep whatever structuredClone() keeps of plain data", () => {
    fc.assert(
      fc.property(
        fc.anything({
          withBigInt: true,
          withDate: true,
          withMap: true,
          withSet: true,
          withSparseArray: true,
          withTypedArray: true,
          withBoxedValues: true,
          withNullPrototype: true,
        }),
        (value) => {
          expect(roundTrip([value])).toStrictEqual([value]);
        },
      ),
    );
  });

  it("keep strings of every kind, lone surrogates included", () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.oneof(
            fc.string({ unit: "binary" }),
            fc.array(fc.integer({ min: 0, max: 0xffff })).map((codes) => String.fromCharCode(...codes)),
          ),
        ),
        (strings) => {
          expect(roundTrip(strings)).toEqual(strings);
        },
      ),
    );
  });

  it("keep dates, expressions, Maps, Sets and boxed primitives", () => {
    const value = {
      date: new Date(1234.5),
      never: new Date(Number.NaN),
      expression: /a\/[b\]]\n/dgimsuy,
      sets: /[\p{L}--[a-z]]/v,
      map: new Map<unknown, unknown>([
        [{ a: 1 }, new Map([[1, 2]])],
        [Number.NaN, undefined],
      ]),
      set: new Set<unknown>([1, "1", new Set([null])]),
      boxes: [new Number(1.5), new String("s"), new Boolean(false), Object(7n)],
    };
    const copy = roundTrip(value);
    expect(copy).toStrictEqual(value);
    expect(copy.expression.lastIndex).toBe(0);
  });

  it("keep bytes of every kind, and of a view only what it shows", () => {
    const buffer = Uint8Array.from({ length: 64 }, (_, index) => index).buffer;
    const views = [
      Int8Array,
      Uint8Array,
      Uint8ClampedArray,
      Int16Array,
      Uint16Array,
      Int32Array,
      Uint32Array,
      Float32Array,
      Float64Array,
      BigInt64Array,
      BigUint64Array,
    ].map((View) => new View(buffer, 8, 2));
    for (const view of views) {
      const copy = roundTrip(view);
      expect(copy).toStrictEqual(view);
      expect(copy.buffer.byteLength).toBe(view.byteLength);
    }
    expect(roundTrip(buffer)).toStrictEqual(buffer);
    const shown = roundTrip(new DataView(buffer, 3, 5));
    expect([shown.byteLength, shown.getUint8(0), shown.buffer.byteLength]).toEqual([5, 3, 5]);
    const small = roundTrip(Buffer.from("hi"));
    expect(Object.getPrototypeOf(small)).toBe(Uint8Array.prototype);
    expect(small.buffer.byteLength).toBe(2);
  });

  it("keep errors of every kind with their fields and own properties", () => {
    const cause = new RangeError("beneath");
    const error = Object.assign(new TypeError("above", { cause }), { code: "E_X", detail: { at: [1] } });
    const copy = roundTrip(error);
    expect(copy).toBeInstanceOf(TypeError);
    expect(types.isNativeError(copy)).toBe(true);
    expect([copy.message, copy.stack, copy.code, copy.detail]).toEqual([
      error.message,
      error.stack,
      "E_X",
      { at: [1] },
    ]);
    expect(copy.cause).toBeInstanceOf(RangeError);
    expect(Object.keys(copy)).toEqual(["code", "detail"]);
    const many = roundTrip(new AggregateError([cause, 1], "many"));
    expect(many).toBeInstanceOf(AggregateError);
    expect(many.errors).toEqual([cause, 1]);
  });

  it("keep the name of an error of a class of its own, and never a stack of the decoding side", () => {
    class Failure extends RangeError {
      override name = "Failure";
    }
    const failure = new Failure("x");
    const copy = roundTrip(failure);
    expect([copy instanceof RangeError, copy.name, String(copy)]).toEqual([true, "Failure", "Failure: x"]);
    Reflect.set(failure, "stack", undefined);
    expect(roundTrip(failure).stack).toBeUndefined();
    const inherited = roundTrip(new DOMException("gone", "AbortError"));
    expect([inherited instanceof Error, inherited.name, inherited.message]).toEqual([true, "AbortError", "gone"]);
  });

  it("keep cycles and shared references through every kind of container", () => {
    const shared = { date: new Date(0) };
    const cyclic: Record<string, unknown> = { shared, again: shared.date };
    cyclic.array = [cyclic, [shared]];
    cyclic.map = new Map([[cyclic, shared]]);
    cyclic.set = new Set([cyclic]);
    cyclic.error = new Error("x", { cause: cyclic });
    const copy = roundTrip(cyclic);
    expect(copy.again).toBe((copy.shared as typeof shared).date);
    expect((copy.array as unknown[])[0]).toBe(copy);
    expect((copy.map as Map<unknown, unknown>).get(copy)).toBe(copy.shared);
    expect((copy.set as Set<unknown>).has(copy)).toBe(true);
    expect((copy.error as Error).cause).toBe(copy);
  });

  it("keep holes apart from undefined, and numbers around them", () => {
    // biome-ignore lint/suspicious/noSparseArray: holes are what is tested
    const sparse = [, 1, 2.5, undefined, , "x", 3, -0, ,];
    const copy = roundTrip(sparse);
    expect(copy).toStrictEqual(sparse);
    expect(copy.map((_, index) => index in copy)).toEqual(sparse.map(() => true));
    expect(Object.keys(copy)).toEqual(["1", "2", "3", "5", "6", "7"]);
    expect(copy).toHaveLength(9);
  });

  it("make plain objects of instances, and leave out methods and what is not enumerable", () => {
    class Point {
      x = 1;
      #secret = 2;
      get sum(): number {
        return this.x + this.#secret;
      }
    }
    const point = new Point();
    Object.defineProperty(point, "hidden", { value: () => 1 });
    Object.defineProperty(point, Symbol.toStringTag, { value: "Point" });
    const copy = roundTrip(point);
    expect(copy).toStrictEqual({ x: 1 });
    expect(Object.getPrototypeOf(copy)).toBe(Object.prototype);
  });

  it("make a plain object of a module namespace", () => {
    const namespace: unknown = require("./fixtures/namespace.mjs");
    expect(roundTrip(namespace)).toStrictEqual({ a: [1], b: "b" });
  });

  it("keep a property named __proto__ a property", () => {
    const value: unknown = JSON.parse('{"__proto__": {"polluted": true}, "constructor": 1}');
    const copy = roundTrip(value) as Record<string, unknown>;
    expect(Object.keys(copy)).toEqual(["__proto__", "constructor"]);
    expect(Object.getPrototypeOf(copy)).toBe(Object.prototype);
    expect(Reflect.get({}, "polluted")).toBeUndefined();
  });

  it("read an accessor once", () => {
    let reads = 0;
    const value = {
      get x(): number {
        reads += 1;
        return reads;
      },
    };
    expect(roundTrip([value, value])).toEqual([{ x: 1 }, { x: 1 }]);
    expect(reads).toBe(1);
  });

  it("send a string once, however often it is used", () => {
    const text = "x".repeat(2 ** 20);
    const bytes = encode(Array.from({ length: 1000 }, () => ({ [text]: text })));
    expect(bytes.length).toBeLessThan(2 ** 20 + 20_000);
    expect((decodeInert(bytes) as Record<string, string>[])[999]?.[text]).toBe(text);
  });

  it("give equal bytes for equal values, and read from the middle of a larger buffer", () => {
    const bytes = encode({ a: [1, 2.5, "é", "\ud800"], b: new Uint8Array([1]) });
    const padded = new Uint8Array(bytes.length + 7);
    padded.set(bytes, 3);
    expect(decodeInert(padded.subarray(3, 3 + bytes.length))).toEqual(decodeInert(bytes));
    expect(encode(decodeInert(bytes))).toEqual(bytes);
  });
});

describe("decodeInertInSlices()", () => {
  it("decodes what decodeInert() decodes, and gives way in between", async () => {
    const value = {
      numbers: Array.from({ length: 300_000 }, (_, index) => index / 3),
      objects: Array.from({ length: 100_000 }, (_, index) => ({ index, name: `n${index}` })),
    };
    const bytes = encode(value);
    let turns = 0;
    const timer = setInterval(() => {
      turns += 1;
    });
    const copy = await decodeInertInSlices(bytes);
    clearInterval(timer);
    expect(copy.value).toEqual(value);
    expect(turns).toBeGreaterThan(0);
  });

  it("rejects for malformed bytes, at the start and later", async () => {
    const bytes = encode([1, "a", {}]);
    const malformed = expect.objectContaining({ code: "ERR_MALFORMED_VALUE" });
    await expect(decodeInertInSlices(new Uint8Array())).rejects.toEqual(malformed);
    await expect(decodeInertInSlices(bytes.subarray(0, -1))).rejects.toEqual(malformed);
  });

  it("gives a value with a then of its own as it is", async () => {
    // biome-ignore lint/suspicious/noThenProperty: a value that looks like a promise is what is tested
    expect(await decodeInertInSlices(encode({ then: 1 }))).toEqual({ value: { then: 1 } });
  });
});
