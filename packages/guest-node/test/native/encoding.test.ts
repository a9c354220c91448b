import fc from "fast-check";
import { afterAll, beforeAll, expect, it } from "vitest";
import { createNativeGuest, type NativeGuest } from "./native-guest.ts";

let guest: NativeGuest;
beforeAll(() => {
  guest = createNativeGuest();
});
afterAll(() => guest[Symbol.dispose]());

const samples: Uint8Array[] = fc
  .sample(fc.uint8Array({ maxLength: 24 }), { numRuns: 400, seed: 2 })
  .concat([Uint8Array.of(0xef, 0xbb, 0xbf, 0x61), Uint8Array.of(0xf0, 0x9f, 0x98), Uint8Array.of(0xe0, 0x80, 0x80)]);

it("decodes UTF-8 with the replacements of the Encoding standard", () => {
  for (const ignoreBOM of [false, true]) {
    const decoder = new TextDecoder("utf-8", { ignoreBOM });
    const actual = guest.run(
      "return $0.map((data) => native.encoding.decodeUTF8(data, $1, false))",
      samples,
      ignoreBOM,
    );
    expect(actual).toEqual(samples.map((data) => decoder.decode(data)));
  }
});

it("refuses broken UTF-8 when asked to, with the code of Node", () => {
  expect(guest.run("return thrown(() => native.encoding.decodeUTF8(new Uint8Array([255]), false, true))")).toEqual({
    name: "TypeError",
    code: "ERR_ENCODING_INVALID_ENCODED_DATA",
    message: "The encoded data was not valid for encoding utf-8",
  });
});

it("decodes the label latin1 as windows-1252", () => {
  const all = Uint8Array.from({ length: 256 }, (_, index) => index);
  expect(guest.run("return native.encoding.decodeLatin1($0)", all)).toBe(new TextDecoder("windows-1252").decode(all));
});

it("encodes into a buffer and says how far it came", () => {
  const encode = (text: string, size: number): unknown =>
    guest.run(
      "const out = new Uint8Array($1), n = new Uint32Array(2); native.encoding.encodeInto($0, out, n); return [...n, ...out]",
      text,
      size,
    );
  for (const text of ["", "abc", "é€😀x", "\ud800a"]) {
    for (const size of [0, 1, 2, 4, 7, 20]) {
      const out = new Uint8Array(size);
      const { read, written } = new TextEncoder().encodeInto(text, out);
      expect(encode(text, size)).toEqual([read, written, ...out]);
    }
  }
});

it("encodes whole strings and mends lone surrogates", () => {
  const texts = ["", "abc", "é€😀", "\ud800", "a\udc00b\ud83d\ude00\ud83d"];
  expect(guest.run("return $0.map((text) => [...native.encoding.encodeUtf8String(text)])", texts)).toEqual(
    texts.map((text) => [...new TextEncoder().encode(text)]),
  );
  expect(guest.run("return $0.map(native.encoding.toUSVString)", texts)).toEqual(
    texts.map((text) => text.toWellFormed()),
  );
});
