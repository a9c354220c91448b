import { closeSync, fstatSync, mkdtempSync, openSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { BlockingDescriptor } from "../../src/cell/blocking-descriptor.ts";

const folder = mkdtempSync(join(tmpdir(), "vivarium-descriptor-"));
afterAll(() => rmSync(folder, { recursive: true }));

test("a question whose answer could not be read ends the cell, however often it takes", () => {
  const file = join(folder, "answers");
  // The question takes the first two bytes; the answer that follows has no admissible length.
  writeFileSync(file, new Uint8Array(64));
  const descriptor = openSync(file, "r+");
  let attempts = 0;
  const channel = new BlockingDescriptor(descriptor, 16, () => {
    attempts++;
    // As where no stack is left to leave with.
    throw new RangeError("Maximum call stack size exceeded");
  });
  try {
    expect(() => channel.exchange(new Uint8Array([1, 1]))).toThrow(RangeError);
    expect(attempts).toBe(1);
    expect(() => channel.exchange(new Uint8Array(128))).toThrow(RangeError);
    expect(() => channel.write(new Uint8Array(128))).toThrow(RangeError);
    expect(attempts).toBe(3);
    expect(fstatSync(descriptor).size).toBe(64);
  } finally {
    closeSync(descriptor);
  }
});
