import { StringDecoder } from "node:string_decoder";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createNativeGuest, type NativeGuest } from "./native-guest.ts";

let guest: NativeGuest;
beforeAll(() => {
  guest = createNativeGuest();
});
afterAll(() => guest[Symbol.dispose]());

const encodings = ["ascii", "utf8", "base64", "utf16le", "latin1", "hex", "base64url"] as const;
const slices = {
  ascii: "asciiSlice",
  utf8: "utf8Slice",
  base64: "base64Slice",
  utf16le: "ucs2Slice",
  latin1: "latin1Slice",
  hex: "hexSlice",
  base64url: "base64urlSlice",
};
const writes = {
  ascii: "asciiWriteStatic",
  utf8: "utf8WriteStatic",
  base64: "base64Write",
  utf16le: "ucs2Write",
  latin1: "latin1WriteStatic",
  hex: "hexWrite",
  base64url: "base64urlWrite",
};

const bytes = fc.uint8Array({ maxLength: 80 });
/** Text of every kind that an encoding cares about: digits of base64 and hex, padding, lone surrogates. */
const text = fc.oneof(
  fc.string({ unit: "binary", maxLength: 40 }),
  fc.string({ unit: fc.constantFrom(..."abcDEF0189+/-_= \n\u00e9\u0141\ud83d\ude00"), maxLength: 40 }),
);
const plainly = (buffer: Uint8Array): number[] => [...buffer];

describe("text of buffers", () => {
  it.each(encodings)("reads %s as the Buffer of Node does", (encoding) => {
    const cases = fc
      .sample(fc.tuple(bytes, fc.nat(20), fc.nat(90)), { numRuns: 300, seed: 7 })
      .map(([data, start, end]) => [data, Math.min(start, data.length), Math.min(end, data.length)] as const);
    const actual = guest.run(
      `return $0.map(([data, start, end]) => native.buffer.${slices[encoding]}(data, start, end))`,
      cases,
    );
    expect(actual).toEqual(cases.map(([data, start, end]) => Buffer.from(data).toString(encoding, start, end)));
  });

  it.each(encodings)("writes %s as the Buffer of Node does, never part of a character", (encoding) => {
    const cases = fc.sample(fc.tuple(text, fc.nat(10), fc.nat(30)), { numRuns: 400, seed: 11 });
    const actual = guest.run(
      `return $0.map(([text, offset, length]) => {
        const data = new Uint8Array(32);
        return [native.buffer.${writes[encoding]}(data, text, offset, length), ...data];
      })`,
      cases,
    );
    const expected = cases.map(([value, offset, length]) => {
      const data = Buffer.alloc(32);
      return [data.write(value, offset, Math.min(length, 32 - offset), encoding), ...data];
    });
    expect(actual).toEqual(expected);
  });

  it("counts UTF-8, and tells UTF-8 and ASCII from other bytes", () => {
    const strings = fc.sample(text, { numRuns: 200, seed: 3 });
    expect(guest.run("return $0.map(native.buffer.byteLengthUtf8)", strings)).toEqual(
      strings.map((s) => Buffer.byteLength(s)),
    );
    const samples = fc.sample(bytes, { numRuns: 300, seed: 5 }).concat(strings.map((s) => new TextEncoder().encode(s)));
    const isUtf8 = (data: Uint8Array): boolean => {
      try {
        new TextDecoder("utf-8", { fatal: true }).decode(data);
        return true;
      } catch {
        return false;
      }
    };
    expect(guest.run("return $0.map(native.buffer.isUtf8)", samples)).toEqual(samples.map(isUtf8));
    expect(guest.run("return $0.map(native.buffer.isAscii)", samples)).toEqual(
      samples.map((s) => s.every((b) => b < 128)),
    );
  });

  it("answers atob and btoa with the results and the failures of Node", () => {
    const inputs = [
      ..."YQ YQ= YQ== YQ=== Y Y=== YQ=a YQ-_ YQé YWJj = ==== YR YWJ YWJ= YWJ== Y=Q= YWJj=".split(" "),
      "",
      " Y Q ",
      "\u{1F600}",
    ];
    const expected = inputs.map((input) => {
      try {
        return atob(input);
      } catch (error) {
        return /correctly encoded/.test(String(error)) ? -1 : -2;
      }
    });
    expect(guest.run("return $0.map(native.buffer.atob)", inputs)).toEqual(expected);
    expect(guest.run("return [native.buffer.btoa('\\u00ff\\u0000a'), native.buffer.btoa('\\u0100')]")).toEqual([
      "/wBh",
      -1,
    ]);
  });

  it("refuses indices outside, and a string that V8 could not hold", () => {
    const refuse = (call: string): unknown => guest.run(`return thrown(() => native.buffer.${call})`);
    expect(refuse("utf8Slice(new Uint8Array(4), 0, 5)")).toEqual({
      name: "RangeError",
      code: "ERR_OUT_OF_RANGE",
      message: "Index out of range",
    });
    expect(refuse("utf8Slice(new Uint8Array(4), -1)")).toMatchObject({ name: "RangeError", code: "ERR_OUT_OF_RANGE" });
    expect(refuse("hexWrite(new Uint8Array(4), 'ab', 5)")).toMatchObject({
      name: "RangeError",
      code: "ERR_BUFFER_OUT_OF_BOUNDS",
    });
    expect(refuse("utf8Slice([], 0, 1)")).toMatchObject({ name: "TypeError", code: "ERR_INVALID_ARG_TYPE" });
  });

  it("sees the buffer as it is after its arguments were converted", () => {
    const body = `
      const view = new Uint8Array(new ArrayBuffer(64, { maxByteLength: 64 }));
      return thrown(() => native.buffer.latin1Slice(view, 0, { valueOf() { view.buffer.resize(2); return 64; } }));`;
    expect(guest.run(body)).toMatchObject({ name: "RangeError", code: "ERR_OUT_OF_RANGE" });
  });
});

describe("bytes of buffers", () => {
  it("finds as the Buffer of Node does, in both directions and UTF-16", () => {
    const needle = fc.oneof(
      fc.constantFrom("a", "b", "ab", "aa", "", "é", "aba"),
      fc.string({ unit: fc.constantFrom("a", "b"), maxLength: 3 }),
    );
    const hay = fc.array(fc.constantFrom(0, 97, 98), { maxLength: 24 }).map((list) => Uint8Array.from(list));
    const cases = fc.sample(
      fc.tuple(
        hay,
        needle,
        fc.integer({ min: -30, max: 30 }),
        fc.boolean(),
        fc.constantFrom("utf8", "utf16le", "latin1"),
      ),
      { numRuns: 3000, seed: 23 },
    );
    const actual = guest.run(
      "return $0.map(([hay, needle, offset, forward, encoding]) => native.buffer.indexOfString(hay, needle, offset, native.stringDecoder.encodings.indexOf(encoding), forward))",
      cases,
    );
    const expected = cases.map(([data, value, offset, forward, encoding]) => {
      const buffer = Buffer.from(data);
      return forward
        ? buffer.indexOf(value, offset, encoding as BufferEncoding)
        : buffer.lastIndexOf(value, offset, encoding as BufferEncoding);
    });
    expect(actual).toEqual(expected);
  });

  it("fills, compares, copies and swaps", () => {
    const run = (body: string): unknown => guest.run(`const b = native.buffer; ${body}`);
    const filled =
      "return ['abc', 'é', 5, new Uint8Array([1, 2])].map((value) => { const v = new Uint8Array(8); b.fill(v, value, 1, 7, 'utf8'); return [...v]; })";
    expect(run(filled)).toEqual(
      ["abc", "é", 5, Uint8Array.of(1, 2)].map((value) => plainly(Buffer.alloc(8).fill(value, 1, 7, "utf8"))),
    );
    expect(
      run(
        "const v = new Uint8Array(4); return [b.fill(v, '', 0, 4), b.fill(v, 'zz', 0, 4, 'hex'), b.fill(v, 1, 0, 9), b.fill(v, 1, 3, 2)]",
      ),
    ).toEqual([-1, -1, -2, -2]);
    expect(
      run(
        "return [b.compare(new Uint8Array([1]), new Uint8Array([1, 0])), b.compareOffset(new Uint8Array([9, 1, 2]), new Uint8Array([1, 2]), 0, 1, 2, 3)]",
      ),
    ).toEqual([-1, 0]);
    expect(run("const v = new Uint8Array([1, 2, 3, 4]); b.copy(v, v, 1, 0, 3); return [...v]")).toEqual([1, 1, 2, 3]);
    expect(
      run(
        "return [...b.swap16(new Uint8Array([1, 2, 3, 4])), ...b.swap32(new Uint8Array([1, 2, 3, 4])), ...b.swap64(new Uint8Array([1, 2, 3, 4, 5, 6, 7, 8]))]",
      ),
    ).toEqual([2, 1, 4, 3, 4, 3, 2, 1, 8, 7, 6, 5, 4, 3, 2, 1]);
    const odd = Buffer.from(Array.from({ length: 33 * 8 }, (_, at) => (at * 7) & 255));
    for (const bits of [16, 32, 64] as const) {
      const swapped = guest.run(`return [...native.buffer.swap${bits}($0.subarray(8))]`, odd);
      expect(swapped).toEqual(plainly(Buffer.from(odd.subarray(8))[`swap${bits}`]()));
    }
    expect(run("return new Uint8Array(b.createUnsafeArrayBuffer(70000)).every((byte) => byte === 0)")).toBe(true);
    expect(run("return thrown(() => b.createUnsafeArrayBuffer(2 ** 40))")).toMatchObject({ name: "RangeError" });
  });
});

describe("text in pieces", () => {
  it.each(["utf8", "utf16le", "base64", "base64url", "hex", "latin1", "ascii"] as const)(
    "decodes %s as the StringDecoder of Node does",
    (encoding) => {
      const piece = fc.oneof(
        fc.uint8Array({ maxLength: 6 }),
        fc.constantFrom("é", "€", "😀").chain((s) => fc.nat(3).map((cut) => new TextEncoder().encode(s).slice(cut))),
        fc.constantFrom(Uint8Array.of(0x3d, 0xd8), Uint8Array.of(0xd8), Uint8Array.of(0, 0xde)),
      );
      const cases = fc.sample(fc.array(piece, { maxLength: 6 }), { numRuns: 1500, seed: 31 });
      const actual = guest.run(
        `const { decode, flush, encodings, kSize, kEncodingField, kBufferedBytes } = native.stringDecoder;
       return $0.map((pieces) => {
         const state = new Uint8Array(kSize);
         state[kEncodingField] = encodings.indexOf('${encoding}');
         return [...pieces.map((piece) => decode(state, piece)), state[kBufferedBytes] > 0 ? flush(state) : ''];
       })`,
        cases,
      );
      const expected = cases.map((pieces) => {
        const decoder = new StringDecoder(encoding);
        return [...pieces.map((data) => decoder.write(Buffer.from(data))), decoder.end()];
      });
      expect(actual).toEqual(expected);
    },
  );

  it("refuses a state with impossible numbers", () => {
    expect(
      guest.run("return thrown(() => native.stringDecoder.flush(new Uint8Array([0, 0, 0, 0, 200, 200, 1])))"),
    ).toMatchObject({ name: "TypeError" });
  });
});
