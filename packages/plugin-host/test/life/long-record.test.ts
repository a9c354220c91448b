import { expect, test } from "vitest";
import { LongRecord } from "../../src/host/long-record.ts";

test("once is a chance, twice within half a minute is a habit, for that long", () => {
  const record = new LongRecord();
  expect(record.isRepeated(0)).toBe(false);
  record.add(1_000);
  expect(record.isRepeated(1_000)).toBe(false);
  record.add(20_000);
  expect(record.isRepeated(20_000)).toBe(true);
  expect(record.isRepeated(30_999)).toBe(true);
  expect(record.isRepeated(31_000)).toBe(false);
  record.add(40_000);
  expect(record.isRepeated(40_000)).toBe(true);
  record.add(90_000);
  expect(record.isRepeated(90_000)).toBe(false);
});
