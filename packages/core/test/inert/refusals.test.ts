import { types } from "node:util";
import { describe, expect, it } from "vitest";
import { decodeInert, type EncodeOptions, encodeInert } from "../../src/index.ts";
import { smallestLimit } from "./smallest-limit.ts";

const options: EncodeOptions = { predicates: types, limitBytes: 2 ** 20 };

function refusal(value: unknown, overrides: Partial<EncodeOptions> = {}): string {
  const result = encodeInert(value, { ...options, ...overrides });
  return result.kind === "encoded" ? "encoded" : `${result.kind}: ${result.message}`;
}

const fails: () => never = () => {
  throw new Error("trapped");
};

/** A proxy of which every trap fails the test. */
function untouchable(): object {
  const traps = Object.fromEntries(Object.getOwnPropertyNames(Reflect).map((name) => [name, fails]));
  return new Proxy({}, traps);
}

describe("encodeInert() refuses", () => {
  it.each([
    ["a function", { handler: fails }, "exports.handler is a function"],
    ["a class", [class {}], "exports[0] is a function"],
    ["a symbol", { a: [0, 1, 2, { b: Symbol("s") }] }, "exports.a[3].b is a symbol"],
    ["a boxed symbol", { a: Object(Symbol("s")) }, "exports.a is a symbol"],
    ["a promise", { p: Promise.resolve(1) }, "exports.p is a promise"],
    // biome-ignore lint/suspicious/noThenProperty: a thenable is what is tested
    ["a thenable", { then: fails }, "exports.then is a function"],
    ["a WeakMap", new WeakMap(), "exports is a WeakMap"],
    ["a WeakSet", [new WeakSet()], "exports[0] is a WeakSet"],
    ["a WeakRef", new WeakRef({}), "exports is a WeakRef"],
    ["a registry", new FinalizationRegistry(() => 1), "exports is a FinalizationRegistry"],
    ["an iterator", { i: new Map().entries() }, "exports.i is an iterator"],
    ["a generator", (function* () {})(), "exports is a generator"],
    ["shared memory", new SharedArrayBuffer(1), "exports is a SharedArrayBuffer"],
    ["a view of it", new Uint8Array(new SharedArrayBuffer(1)), "exports is memory of a SharedArrayBuffer"],
    ["a Map's value", new Map([["k", fails]]), 'exports.get("k") is a function'],
    ["a Map's value beneath an object", new Map([[{}, [fails]]]), "exports (value 1)[0] is a function"],
    [
      "a Map's key",
      {
        m: new Map([
          [1, 1],
          [fails, 1],
        ] as [unknown, unknown][]),
      },
      "exports.m (key 2) is a function",
    ],
    ["a Set's member", new Set([1, fails]), "exports (element 2) is a function"],
    ["an error's property", Object.assign(new Error("x"), { retry: fails }), "exports.retry is a function"],
    ["an error's cause", new Error("x", { cause: [fails] }), "exports.cause[0] is a function"],
    ["an odd name", { "a-b\n": fails }, 'exports["a-b\\n"] is a function'],
    ["a long name", { ["x".repeat(99)]: fails }, `exports["${"x".repeat(60)}"…] is a function`],
  ])("%s, naming the path", (_, value, message) => {
    expect(refusal(value)).toBe(`refused: ${message}`);
  });

  it("proxies, without touching a trap", () => {
    const { proxy: revoked, revoke } = Proxy.revocable([], {});
    revoke();
    for (const proxy of [untouchable(), revoked, new Proxy(() => 1, {})]) {
      expect(refusal({ p: proxy })).toMatch(/^refused: exports\.p is a (proxy|function)$/);
    }
    expect(refusal(Object.create(untouchable()))).toBe("encoded");
  });

  it("detached buffers and their views", () => {
    const buffer = new ArrayBuffer(8);
    const [bytes, view] = [new Uint8Array(buffer), new DataView(buffer)];
    structuredClone(buffer, { transfer: [buffer] });
    for (const value of [buffer, bytes, view])
      expect(refusal([value])).toBe("refused: exports[0] is a detached buffer");
  });

  it("getters that throw, whatever they throw", () => {
    const throwing = (thrown: unknown): object => ({
      get x(): never {
        throw thrown;
      },
    });
    const hostile = {
      get message(): never {
        throw new Error("again");
      },
    };
    expect(refusal([throwing(new Error("broken"))])).toBe("refused: exports[0].x: its getter threw: broken");
    expect(refusal(throwing("text"))).toBe("refused: exports.x: its getter threw: text");
    for (const thrown of [undefined, null, 5, hostile, { message: 5 }, untouchable()]) {
      expect(refusal(throwing(thrown))).toBe("refused: exports.x: its getter threw: a value that is no error");
    }
    const deep = (): unknown => deep();
    const overflowing = Object.defineProperty({}, "x", { get: deep, enumerable: true });
    expect(refusal(overflowing)).toContain("Maximum call stack size exceeded");
    const error = Object.defineProperty(new Error("x"), "message", { get: fails });
    expect(refusal(error)).toBe("refused: exports.message: its getter threw: trapped");
  });

  it("nesting beyond the bound, in every kind of container, without overflowing", () => {
    let value: unknown = 1;
    for (let depth = 0; depth < 100_000; depth += 1) {
      value = [[value], { a: value }, new Map([[1, value]]), new Set([value]), new Error("x", { cause: value })][
        depth % 5
      ];
    }
    expect(refusal(value)).toMatch(/^refused: exports….* is nested more than 1000 levels deep$/);
    expect(refusal([[1]], { maxDepth: 2 })).toBe("encoded");
    expect(refusal([[[]]], { maxDepth: 2 })).toBe("refused: exports[0][0] is nested more than 2 levels deep");
  });

  it("more values than allowed, and more bytes, before they are copied", () => {
    const many = Array.from({ length: 100 }, () => "");
    expect(refusal(many, { maxNodes: 101 })).toBe("encoded");
    expect(refusal(many, { maxNodes: 100 })).toBe("too-large: exports holds more than 100 values");
    expect(
      refusal(
        Array.from({ length: 1000 }, () => 1),
        { maxNodes: 1 },
      ),
    ).toBe("encoded");
    const tooLarge = "too-large: exports is more than 1048576 bytes";
    expect(refusal("x".repeat(2 ** 28))).toBe(tooLarge);
    expect(refusal(new Array(2 ** 32 - 1))).toBe(tooLarge);
    expect(refusal(new Uint8Array(2 ** 28))).toBe(tooLarge);
    expect(refusal(Array.from({ length: 10_000_000 }, (_, index) => index))).toBe(tooLarge);
    expect(refusal(1n << 8_000_000n)).toBe(tooLarge);
    expect(refusal({ ["k".repeat(2 ** 21)]: 1 })).toBe(tooLarge);
  });

  it("exactly what is above the limit, to the byte", () => {
    for (const value of [
      "é日\ud800",
      [1, 2.5, true],
      { a: new Uint8Array(3000) },
      "x".repeat(5000),
      1n << 99n,
      new Map([[1, 2]]),
    ]) {
      const size = smallestLimit(value);
      expect(refusal(value, { limitBytes: size })).toBe("encoded");
      for (let limitBytes = 0; limitBytes < size; limitBytes += 1) {
        expect(refusal(value, { limitBytes })).toBe(`too-large: exports is more than ${limitBytes} bytes`);
      }
    }
  });

  it("regular expressions and strings of lone surrogates that would take long to decode", () => {
    const longToParse = "is a regular expression that takes long to parse";
    expect(refusal(new RegExp("a".repeat(32_769)))).toContain(longToParse);
    expect(refusal(new RegExp("a".repeat(1_025), "u"))).toContain(longToParse);
    expect(refusal(new RegExp(`[${"\\W\\w".repeat(300)}]`, "iv"))).toContain(longToParse);
    expect(refusal(new RegExp("\\p{L}\\P{N}".repeat(17), "u"))).toContain(longToParse);
    expect(refusal(new RegExp("\\p{RGI_Emoji}".repeat(4), "v"))).toContain(longToParse);
    const illFormed = "\ud800".repeat(2 ** 20 + 1);
    for (const value of [[illFormed], { [illFormed]: 1 }]) {
      expect(refusal(value, { limitBytes: 2 ** 30 })).toContain(
        "is a string of more than 1048576 characters with lone surrogates",
      );
    }
  });

  it("by the name that it is given", () => {
    expect(refusal([fails], { name: "input" })).toBe("refused: input[0] is a function");
  });
});

describe("encodeInert() beside a program that changes things under it", () => {
  it("survives getters that change what is being encoded", () => {
    const list: unknown[] = [1, 2, 3];
    const map = new Map<unknown, unknown>([[1, 1]]);
    const buffer = new ArrayBuffer(8);
    const value = {
      get shrink(): number {
        list.length = 1;
        map.set(2, 2);
        structuredClone(buffer, { transfer: [buffer] });
        return 1;
      },
    };
    list.push(value, 4);
    const result = encodeInert([list, map], options);
    if (result.kind !== "encoded") throw new Error(result.message);
    expect(decodeInert(result.bytes)).toEqual([
      [1, 2, 3, { shrink: 1 }, undefined],
      new Map([
        [1, 1],
        [2, 2],
      ]),
    ]);
    expect(
      refusal([
        {
          get a() {
            return structuredClone(buffer, { transfer: [buffer] });
          },
        },
        buffer,
      ]),
    ).toContain("refused");
  });

  it("ends when a Map grows while it is encoded", () => {
    const map = new Map<unknown, unknown>();
    const grow = {
      get x(): object {
        const next = Object.create(grow, { x: Object.getOwnPropertyDescriptor(grow, "x") ?? {} }) as object;
        map.set(next, next);
        return {};
      },
    };
    map.set(grow, grow);
    expect(refusal(map, { maxNodes: 10_000 })).toBe("too-large: exports holds more than 10000 values");
  });

  it("takes no element from Array.prototype for its own", () => {
    const value = { a: 1, b: [1] };
    const before = encodeInert(value, options);
    const poison: object = Array.prototype;
    for (const index of [0, 1, 2]) Reflect.set(poison, index, "poison");
    const after = encodeInert(value, options);
    for (const index of [0, 1, 2]) Reflect.deleteProperty(poison, index);
    Reflect.set(poison, "length", 0);
    expect(after).toEqual(before);
  });

  it("uses none of the methods that a program may have replaced", () => {
    const value = {
      a: [1, "x", undefined, { b: "é" }],
      m: new Map([[{}, "日"]]),
      s: new Set([1n]),
      e: new TypeError("x"),
      r: /a/g,
      d: new Date(0),
      u: new Uint16Array([1]),
    };
    const before = encodeInert(value, options);
    const restore = sabotage();
    let after: unknown;
    try {
      after = encodeInert(value, options);
    } finally {
      restore();
    }
    expect(before.kind).toBe("encoded");
    expect(after).toEqual(before);
  });
});

/** Replaces every method and getter of the built-in prototypes that an encoder may think of; answers what undoes it. */
function sabotage(): () => void {
  const { apply, ownKeys, defineProperty, deleteProperty, getOwnPropertyDescriptor } = Reflect;
  const owners: object[] = [
    Array.prototype,
    String.prototype,
    Map.prototype,
    Set.prototype,
    Date.prototype,
    RegExp.prototype,
    Uint8Array.prototype,
    Object.getPrototypeOf(Uint8Array.prototype),
    ArrayBuffer.prototype,
    DataView.prototype,
    Number.prototype,
    BigInt.prototype,
    Boolean.prototype,
    Function.prototype,
    Object.prototype,
    Object,
    Array,
    JSON,
    Math,
    Reflect,
    Object.getPrototypeOf(new Map().entries()),
    Object.getPrototypeOf(new Set().values()),
  ];
  const undo: (() => void)[] = [];
  const bare = (descriptor: PropertyDescriptor): PropertyDescriptor =>
    Object.assign(Object.create(null), { configurable: true, ...descriptor });
  const [setter, getter, method] = [bare({ set: fails }), bare({ get: fails }), bare({ value: fails, writable: true })];
  const poisoned = ["0", "1", "2", "value", "done"];
  // From here on nothing may iterate, call a method, or inherit.
  for (let at = 0; at < owners.length; at += 1) {
    const owner = owners[at] as object;
    const keys = ownKeys(owner);
    for (let index = 0; index < keys.length; index += 1) {
      const key = keys[index] as string | symbol;
      const descriptor = getOwnPropertyDescriptor(owner, key);
      if (descriptor?.configurable !== true || key === "constructor") continue;
      if (typeof descriptor.value !== "function" && descriptor.get === undefined) continue;
      undo[undo.length] = () => defineProperty(owner, key, descriptor);
      defineProperty(owner, key, descriptor.get === undefined ? method : getter);
    }
  }
  for (let at = 0; at < 10; at += 1) {
    const owner = at < 5 ? Array.prototype : Object.prototype;
    const key = poisoned[at % 5] as string;
    undo[undo.length] = () => deleteProperty(owner, key);
    defineProperty(owner, key, setter);
  }
  return () => {
    for (let index = undo.length - 1; index >= 0; index -= 1) apply(undo[index] as () => void, undefined, []);
  };
}
