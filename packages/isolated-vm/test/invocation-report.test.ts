import { types } from "node:util";
import { encodeInert } from "@vivarium/core";
import { describe, expect, test } from "vitest";
import { invocationReport } from "../src/invocation-report.ts";

function encode(value: unknown): Uint8Array {
  const result = encodeInert(value, { predicates: types, limitBytes: 1e8 });
  if (result.kind !== "encoded") throw new Error(result.message);
  return result.bytes;
}

const reportOf = (value: Uint8Array): unknown =>
  invocationReport({ id: 1, kind: "iterable", message: "", value }, 1000);

describe("a cell that says that a call has given an async iterable", () => {
  test.each([1, 1000, 2 ** 31, 0xffff_ffff])("of the number %d is believed", (number) => {
    expect(reportOf(encode(number))).toEqual({ kind: "iterable", id: number });
  });

  test.each([
    0,
    -1,
    0.5,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    2 ** 32,
    2 ** 60,
    "1",
    1n,
    true,
    null,
    [1],
    { valueOf: 1 },
  ])("of the number %o tells of one that nobody has", (number) => {
    expect(reportOf(encode(number))).toEqual({ kind: "iterable", id: 0 });
  });

  test("and sends what is no value, or is without end, is not listened to", () => {
    for (const bytes of [new Uint8Array(0), Uint8Array.of(255, 1), new Uint8Array(50_000_000), encode("x".repeat(1e6))])
      expect(reportOf(bytes)).toEqual({ kind: "iterable", id: 0 });
  });
});
