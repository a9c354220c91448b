import { types } from "node:util";
import { decodeInert, encodeInert, type TextWriting } from "@vivarium/core";
import { expect, test } from "vitest";
import { writeText } from "../../src/modules/write-text.ts";

/** Above what is written at once, and no multiple of it. */
const LONG = 200_001;
const bytesOf = (value: unknown, writing?: TextWriting): Uint8Array => {
  const result = encodeInert(value, {
    predicates: types,
    limitBytes: 2 ** 24,
    ...(writing !== undefined && { writeText: writing }),
  });
  return result.kind === "encoded" ? result.bytes : new Uint8Array();
};

test.each([
  ["ASCII", "x".repeat(LONG)],
  ["Latin-1", "é".repeat(LONG)],
  ["Latin-1 at the end alone", `${"x".repeat(LONG)}ÿ`],
  ["wide characters", "日".repeat(LONG)],
  ["a wide character at the end alone", `${"x".repeat(LONG)}日`],
  ["pairs across the seams", `a${"😀".repeat(LONG)}`],
  ["lone surrogates", "\ud800".repeat(LONG)],
  ["zeros", "\0".repeat(LONG)],
])("a long string is written as an encoder writes it by itself: %s", (_what, text) => {
  const used: string[] = [];
  const heard: TextWriting = {
    latin1(...args) {
      used.push("latin1");
      writeText.latin1(...args);
    },
    utf16(...args) {
      used.push("utf16");
      writeText.utf16(...args);
    },
  };
  const bytes = bytesOf(text, heard);
  expect(Buffer.compare(bytes, bytesOf(text))).toBe(0);
  expect(decodeInert(bytes) === text).toBe(true);
  // As it is used: in runs.
  expect(used.length).toBeGreaterThan(3);
});

test("short strings are left to the encoder", () => {
  const refusing: TextWriting = {
    latin1: () => expect.unreachable(),
    utf16: () => expect.unreachable(),
  };
  for (const text of ["x", "é", "日", "\ud800"]) expect(decodeInert(bytesOf([text], refusing))).toEqual([text]);
});
