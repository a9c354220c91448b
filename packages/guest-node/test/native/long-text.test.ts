import { transcode } from "node:buffer";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createNativeGuest, type NativeGuest } from "./native-guest.ts";

/* Text that is longer than the blocks in which it is read: the same as of Node's Buffer, wherever a character lies. */

let guest: NativeGuest;
beforeAll(() => {
  guest = createNativeGuest();
});
afterAll(() => guest[Symbol.dispose]());

const MIB = 1024 * 1024;
/** Characters of one to four bytes, in runs and mixed. */
const ALPHABETS = ["abc xyz", "aé", "a漢", "aé漢😀", "😀", "漢", "é", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa漢"];

/** The same numbers in every run. */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fff_ffff;
    return (state >> 8) % below;
  };
}

function texts(): readonly string[] {
  const next = numbers(7);
  return ALPHABETS.flatMap((alphabet) => {
    const characters = [...alphabet];
    return Array.from({ length: 40 }, () =>
      Array.from({ length: next(300) }, () => characters[next(characters.length)]).join(""),
    );
  });
}

const utf8Cases = (): readonly Uint8Array[] => {
  const next = numbers(11);
  return texts().flatMap((text) => {
    const whole = new TextEncoder().encode(text);
    const broken = whole.slice();
    if (broken.length > 0) broken[next(broken.length)] = next(256);
    return [whole, broken, whole.subarray(0, next(whole.length + 1))];
  });
};

const isUtf8 = (bytes: Uint8Array): boolean => !Buffer.from(bytes).toString().includes("\ufffd");

describe("long text", () => {
  it("reads UTF-8, and tells it from other bytes", () => {
    const cases = utf8Cases();
    expect(guest.run("return $0.map((bytes) => native.buffer.utf8Slice(bytes))", cases)).toEqual(
      cases.map((bytes) => Buffer.from(bytes).toString()),
    );
    expect(guest.run("return $0.map((bytes) => native.buffer.isUtf8(bytes))", cases)).toEqual(cases.map(isUtf8));
    expect(guest.run("return $0.map((bytes) => native.encoding.utf8ToUtf16(bytes)?.toString())", cases)).toEqual(
      cases.map((bytes) => (isUtf8(bytes) ? transcode(bytes, "utf8", "ucs2").join() : undefined)),
    );
  });

  it("writes and reads hex and base64 of every length, and masks ASCII", () => {
    const next = numbers(3);
    const cases = Array.from({ length: 200 }, (_, length) => Uint8Array.from({ length }, () => next(256)));
    for (const [slice, encoding] of [
      ["hexSlice", "hex"],
      ["base64Slice", "base64"],
      ["base64urlSlice", "base64url"],
      ["asciiSlice", "ascii"],
    ] as const) {
      expect(guest.run(`return $0.map((bytes) => native.buffer.${slice}(bytes))`, cases)).toEqual(
        cases.map((bytes) => Buffer.from(bytes).toString(encoding)),
      );
    }
  });

  it("reads base64 of either alphabet, with whatever lies between, and writes behind no end", () => {
    const next = numbers(5);
    const strings = Array.from({ length: 400 }, () => {
      const digits = Buffer.from(Uint8Array.from({ length: next(200) }, () => next(256))).toString(
        next(2) === 0 ? "base64" : "base64url",
      );
      const at = next(digits.length + 1);
      return digits.slice(0, at) + ["", "\n", "=", "é", "\u0141", "*"][next(6)] + digits.slice(at);
    });
    const actual = guest.run(
      `return $0.map(([text, room]) => {
        const bytes = new Uint8Array(200).fill(7);
        const written = native.buffer.base64Write(bytes, text, 0, room);
        return [written, ...bytes];
      })`,
      strings.map((text, at) => [text, at % 190]),
    );
    expect(actual).toEqual(
      strings.map((text, at) => {
        const bytes = Buffer.alloc(200, 7);
        return [bytes.write(text, 0, at % 190, "base64"), ...bytes];
      }),
    );
    const decoded = (text: string): unknown => {
      try {
        return atob(text);
      } catch {
        return undefined;
      }
    };
    expect(
      guest.run(
        "return $0.map((text) => { const it = native.buffer.atob(text); return typeof it === 'string' ? it : undefined; })",
        strings,
      ),
    ).toEqual(strings.map(decoded));
  });

  it("swaps bytes of every length, and finds the last of units", () => {
    for (const [name, width] of [
      ["swap16", 2],
      ["swap32", 4],
      ["swap64", 8],
    ] as const) {
      const bytes = Uint8Array.from({ length: 120 }, (_, at) => at);
      expect(guest.run(`return [...native.buffer.${name}($0)]`, bytes)).toEqual([...Buffer.from(bytes)[name]()]);
      expect(width).toBeGreaterThan(1);
    }
    const hay = Buffer.from("abzebra ze漢bra".repeat(20), "ucs2");
    for (const needle of ["zebra", "漢b", "bra", "nothing"]) {
      for (const offset of [0, 1, 100, 333, hay.length]) {
        expect(
          guest.run(
            "return [true, false].map((forward) => native.buffer.indexOfString($0, $1, $2, 3, forward))",
            new Uint8Array(hay),
            needle,
            offset,
          ),
        ).toEqual([hay.indexOf(needle, offset, "ucs2"), hay.lastIndexOf(needle, offset, "ucs2")]);
      }
    }
  });

  it("keeps what is longer than a megabyte outside the heap, counted and given back", () => {
    expect(
      guest.run(`
        const bytes = new Uint8Array(${2 * MIB}).fill(200);
        let length = 0;
        for (let round = 0; round < 100; round += 1) length += native.buffer.latin1Slice(bytes).length + native.buffer.ucs2Slice(bytes).length;
        return length;
      `),
    ).toBe(100 * 3 * MIB);
    expect(
      guest.run(`
        const bytes = new Uint8Array(${16 * MIB});
        const kept = [];
        return thrown(() => { for (;;) kept.push(native.buffer.latin1Slice(bytes)); }).code;
      `),
    ).toBe("ERR_MEMORY_ALLOCATION_FAILED");
  });
});
