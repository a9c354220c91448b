import { isDeepStrictEqual, types } from "node:util";
import { describe, expect, it } from "vitest";
import { decodeInert, encodeInert } from "../../src/index.ts";
import { smallestLimit } from "./smallest-limit.ts";

const MIB = 2 ** 20;

interface InPieces {
  readonly kind: string;
  readonly pieces: readonly Uint8Array[];
  readonly whole: Buffer;
}

/** Encodes a value for a taker of pieces, which copies them, as a taker has to. */
function encodeInPieces(value: unknown, limitBytes = 64 * MIB): InPieces {
  const pieces: Uint8Array[] = [];
  const onPiece = (piece: Uint8Array): void => {
    pieces.push(piece.slice());
  };
  const result = encodeInert(value, { predicates: types, limitBytes, onPiece });
  if (result.kind === "encoded") pieces.push(result.bytes.slice());
  return { kind: result.kind, pieces, whole: Buffer.concat(pieces) };
}

function sizeOf(value: unknown): number {
  const result = encodeInert(value, { predicates: types, limitBytes: 64 * MIB });
  return result.kind === "encoded" ? result.bytes.length : 0;
}

function strings(text: string, count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => `${index}${text}`);
}

const values: readonly (readonly [string, unknown])[] = [
  ["a string of ASCII", "x".repeat(3 * MIB + 5)],
  ["a string of Latin-1", "é".repeat(3 * MIB + 5)],
  ["a string of wide characters", "日".repeat(MIB + 5)],
  ["a string of pairs, at even places", "😀".repeat(MIB)],
  ["a string of pairs, at odd places", `a${"😀".repeat(MIB)}`],
  ["a string that ends in its only wide character", `${"x".repeat(MIB)}日`],
  ["bytes", new Uint8Array(3 * MIB).fill(7)],
  ["a view of a part of its buffer", new Uint16Array(new ArrayBuffer(4 * MIB), 8, MIB).fill(500)],
  ["numbers", Array.from({ length: 300_000 }, (_, index) => index + 0.5)],
  [
    "numbers and others by turns",
    Array.from({ length: 300_000 }, (_, index) => (index % 70_000 === 69_999 ? "s" : index)),
  ],
  ["many small values", Array.from({ length: 100_000 }, (_, index) => ({ index, name: `n${index}` }))],
  ["many short strings of Latin-1", strings("é", 200_000)],
  ["many strings of Latin-1", strings("é".repeat(5_000), 700)],
  ["many short wide strings", strings("日", 200_000)],
  ["many wide strings", strings("日".repeat(60_000), 30)],
  ["many short strings with lone surrogates", strings("\ud800", 200_000)],
  ["a small value", { a: [1] }],
];

describe("an encoding in pieces", () => {
  it.each(values)("of %s is the encoding as a whole, cut up", (_, value) => {
    const { whole, pieces } = encodeInPieces(value);
    expect(isDeepStrictEqual(decodeInert(whole), value)).toBe(true);
    expect(whole.length).toBe(sizeOf(value));
    expect(Math.max(...pieces.map((piece) => piece.length))).toBeLessThanOrEqual(2 * MIB);
    expect(pieces.length).toBeGreaterThan(whole.length > 2 * MIB ? 1 : 0);
  });

  it.each(values)("of %s keeps the limit to the byte", (_, value) => {
    const size = smallestLimit(value);
    expect(encodeInPieces(value, size).kind).toBe("encoded");
    const beyond = encodeInPieces(value, size - 1);
    expect(beyond.kind).toBe("too-large");
    expect(beyond.whole.length).toBeLessThan(size);
  });
});

describe("decodeInert()", () => {
  it("refuses a long string whose pair of surrogates is broken, wherever it is read in parts", () => {
    for (const at of [2 ** 18 - 1, 2 ** 18, 2 ** 18 + 1, 2 ** 20 - 1]) {
      const { whole } = encodeInPieces("日".repeat(2 ** 20));
      // The version, the tag and a count of three bytes come before the characters.
      whole.writeUInt16LE(0xd83d, 5 + 2 * at);
      expect(() => decodeInert(whole)).toThrow(expect.objectContaining({ code: "ERR_MALFORMED_VALUE" }));
    }
  });
});
