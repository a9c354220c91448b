import { describe, expect, it } from "vitest";
import { createRuntime } from "./worlds.ts";

describe("errorMessage of an exception that nothing caught", () => {
  it.each([
    ["throw new RangeError()", "RangeError"],
    ["throw new RangeError('too far')", "RangeError: too far"],
    ["throw Object.assign(new Error('alone'), { name: '' })", "alone"],
    ["throw 'text'", "text"],
  ])("%s: %s", async (code, expected) => {
    const runtime = createRuntime({ cells: "inline" });
    try {
      expect((await runtime.exec(code)).errorMessage).toBe(expected);
    } finally {
      await runtime[Symbol.asyncDispose]();
    }
  });
});
