import { types } from "node:util";
import { describe, expect, test } from "vitest";
import { decodeInert, type EncodeOptions, encodeInert } from "../../src/index.ts";

const lending: EncodeOptions = { predicates: types, limitBytes: 1_048_576, lends: true };

function lent(value: unknown, options: Partial<EncodeOptions> = {}): Uint8Array {
  const result = encodeInert(value, { ...lending, ...options });
  if (result.kind !== "encoded") throw new Error(result.message);
  return result.bytes;
}

describe("bytes that are lent", () => {
  test("are written over by the next that are", () => {
    const first = lent("first");
    const again = lent("again");
    expect(again.buffer).toBe(first.buffer);
    expect(decodeInert(first)).toBe("again");
  });

  test("are not by those that are kept", () => {
    const first = lent("first");
    encodeInert("again", { ...lending, lends: false });
    expect(decodeInert(first)).toBe("first");
  });

  test("are not while they are being written", () => {
    const value = {
      before: "before",
      get within() {
        return decodeInert(lent({ other: "something else" }));
      },
      after: "after",
    };
    expect(decodeInert(lent(value))).toEqual({
      before: "before",
      within: { other: "something else" },
      after: "after",
    });
    expect(decodeInert(lent("again"))).toBe("again");
  });

  test("may be more than are kept to be lent", () => {
    const long = "x".repeat(100_000);
    expect(decodeInert(lent([long, long.length]))).toEqual([long, 100_000]);
    expect(decodeInert(lent("short"))).toBe("short");
  });

  test("keep to their limit, and are there after a refusal", () => {
    expect(encodeInert("x".repeat(500), { ...lending, limitBytes: 100 }).kind).toBe("too-large");
    expect(encodeInert(() => 1, lending).kind).toBe("refused");
    expect(decodeInert(lent("short"))).toBe("short");
  });
});
