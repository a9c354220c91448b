import { Buffer } from "node:buffer";
import { afterAll, expect, it } from "vitest";
import { createNativeGuest } from "./native-guest.ts";

const guest = createNativeGuest();
afterAll(() => guest[Symbol.dispose]());

const find = `const search = (hay, needle, at, forward, encoding) => native.buffer.indexOfBuffer(new Uint8Array(hay), new Uint8Array(needle), at, encoding, forward);`;

it("finds in texts that repeat themselves what Node's Buffer finds, in both directions and UTF-16", () => {
  const cases = [];
  for (let seed = 1; seed <= 40; seed++) {
    const encoding = seed % 2 === 0 ? "utf16le" : "latin1";
    const period = 1 + (seed % 5);
    const hay = Buffer.alloc(60_000, Buffer.from(`${"a".repeat(period)}b`, encoding));
    const needle = Buffer.from(hay.subarray(0, 2000 + (seed % 3) * 2));
    // The one place where the needle is, or none.
    needle.write("c", needle.length - 2, encoding);
    if (seed % 4 < 2) needle.copy(hay, 30_000);
    cases.push({ encoding, hay, needle, forward: seed % 3 !== 0 });
  }
  const expected = cases.map(({ encoding, hay, needle, forward }) =>
    forward
      ? hay.indexOf(needle, 0, encoding as BufferEncoding)
      : hay.lastIndexOf(needle, hay.length, encoding as BufferEncoding),
  );
  expect(new Set(expected).size).toBeGreaterThan(1);
  const given = cases.map(({ encoding, hay, needle, forward }) => [
    [...hay],
    [...needle],
    forward ? 0 : hay.length,
    forward,
    encoding,
  ]);
  expect(guest.run(`${find} return $0.map((one) => search(...one))`, given)).toEqual(expected);
});

it("takes a time that grows with the sum of two sizes, not with their product", () => {
  // Which is 2^43: minutes, also for who compares sixteen bytes at once.
  const body = `${find}
    const hay = new Uint8Array(1 << 22).fill(97), needle = new Uint8Array(1 << 21).fill(97);
    const found = [native.buffer.indexOfBuffer(hay, needle, 0, 'latin1', true)];
    needle[needle.length - 1] = 98; found.push(native.buffer.indexOfBuffer(hay, needle, 0, 'latin1', true));
    needle[needle.length - 1] = 97; needle[0] = 98; found.push(native.buffer.indexOfBuffer(hay, needle, hay.length, 'latin1', false));
    return found;`;
  expect(guest.run(body)).toEqual([0, -1, -1]);
});

it("numbers tens of thousands of buffers in a transfer list", () => {
  const body = `
    const list = Array.from({ length: 60_000 }, () => new ArrayBuffer(1));
    return native.serdes.writeMessage(null, list, {}).arrayBuffers.length;`;
  expect(guest.run(body)).toBe(60_000);
});
