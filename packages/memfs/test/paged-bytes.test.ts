import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { PagedBytes } from "../src/paged-bytes.ts";

const PAGE = 256 * 1024;

/** Places around the borders of pages, where mistakes would be. */
const place = fc
  .tuple(fc.integer({ min: 0, max: 3 }), fc.integer({ min: -3, max: 3 }))
  .map(([page, offset]) => Math.max(0, page * PAGE + offset));

const step = fc.oneof(
  fc.record({
    kind: fc.constant("write" as const),
    at: place,
    length: place.map((bytes) => bytes + 1),
    fill: fc.integer({ min: 1, max: 255 }),
  }),
  fc.record({ kind: fc.constant("resize" as const), at: place }),
  fc.record({ kind: fc.constant("read" as const), at: place, length: place }),
);

describe("PagedBytes", () => {
  test("holds what one piece of memory would hold, whatever is written, cut off and read", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
        const paged = new PagedBytes();
        let plain = Buffer.alloc(0);
        for (const next of steps) {
          if (next.kind === "write") {
            const end = next.at + next.length;
            if (end > plain.length) plain = Buffer.concat([plain, Buffer.alloc(end - plain.length)]);
            plain.fill(next.fill, next.at, next.at + next.length);
            paged.write(Buffer.alloc(next.length, next.fill), next.at);
          } else if (next.kind === "resize") {
            plain = Buffer.concat([plain.subarray(0, next.at), Buffer.alloc(Math.max(0, next.at - plain.length))]);
            paged.resize(next.at);
          } else {
            const target = Buffer.alloc(next.length, 7);
            const expected = plain.subarray(next.at, next.at + next.length);
            expect(paged.read(target, next.at)).toBe(expected.length);
            expect(target.subarray(0, expected.length).equals(expected)).toBe(true);
          }
          expect(paged.size).toBe(plain.length);
        }
        const whole = Buffer.alloc(paged.size);
        paged.read(whole, 0);
        expect(whole.equals(plain)).toBe(true);
      }),
      { numRuns: 60 },
    );
  });
});
