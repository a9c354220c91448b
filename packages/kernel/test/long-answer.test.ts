import { expect, test } from "vitest";
import { LongAnswer } from "../src/system-calls/long-answer.ts";

const piece = (byte: number): Uint8Array => Uint8Array.of(byte);

test("a long answer is told piece by piece, and is gone with its last and with the next answer", () => {
  const answer = new LongAnswer();
  expect(answer.tell([piece(1)])).toEqual(piece(1));
  const first = answer.tell([piece(1), piece(2), piece(3)]);
  const { more: number } = first as { more: number };
  expect([answer.has(number), answer.has(number + 2 ** 29), answer.has(2 ** 20)]).toEqual([true, false, false]);
  expect(answer.more(number)).toEqual({ content: piece(2), more: number });
  expect(answer.more(number)).toEqual(piece(3));
  expect(() => answer.more(number)).toThrow("EBADF");
  const { more: second } = answer.tell([piece(4), piece(5)]) as { more: number };
  answer.tell([piece(6), piece(7)]);
  expect(() => answer.more(second)).toThrow("EBADF");
});
