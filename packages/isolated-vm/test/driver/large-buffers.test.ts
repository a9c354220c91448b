import { afterAll, describe, expect, test } from "vitest";
import { sampledKinds } from "./cell-kinds.ts";
import { openDriver } from "./open-driver.ts";

const refused = "RangeError: Array buffer allocation failed";
const stack = expect.stringMatching(/^RangeError: Array buffer allocation failed\n {4}at /);
const threw = { outcome: { kind: "threw", code: 1, errorMessage: refused, stack } };

describe.each(sampledKinds)("a buffer beyond the memory limit, in a cell of kind %s", (cells) => {
  const opened = openDriver({ cells, maxCells: 1 });
  afterAll(() => opened[Symbol.asyncDispose]());
  const limits = { memoryLimit: 32 };

  test.each([
    "Buffer.alloc(64 << 20)",
    "new Uint8Array(64 << 20)",
    "new SharedArrayBuffer(64 << 20)",
    "setTimeout(() => new ArrayBuffer(64 << 20), 1)",
    "const all = []; for (;;) all.push(Buffer.alloc(1 << 20, 1));",
  ])("is refused with the error of Node, which ends a program that does not catch it: %s", async (code) => {
    expect(await opened.exec(code, {}, limits)).toEqual(threw);
  });

  test("can be caught, and the guest goes on", async () => {
    const code = `
      let seen;
      try { Buffer.alloc(64 << 20); } catch (error) { seen = String(error); }
      process.stdout.write(seen + "|" + Buffer.alloc(1 << 20).length);`;
    expect(await opened.output(code, {}, limits)).toBe(`${refused}|${1 << 20}`);
  });
});
