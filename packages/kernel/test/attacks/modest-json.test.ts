import { describe, expect, it } from "vitest";
import { parseModest } from "../../src/system-calls/parse-modest.ts";

const EINVAL = expect.objectContaining({ code: "EINVAL" });

describe("JSON of a cell", () => {
  it("is what it says, whatever its strings hold", () => {
    const odd = { a: ['"', "\\", '\\"', "[[[{{{:::".repeat(100), "\\\\"], b: { c: null, d: -1.5, e: true } };
    expect(parseModest(JSON.stringify(odd))).toStrictEqual(odd);
    expect(parseModest(JSON.stringify(Array.from({ length: 65_536 }, () => "x")))).toHaveLength(65_536);
  });

  it.each([
    ["many arrays", `[${"[],".repeat(64)}[]]`],
    ["arrays in arrays", "[".repeat(100) + "]".repeat(100)],
    ["many properties", `{${Array.from({ length: 70 }, (_, index) => `"${index}":1`).join(",")}}`],
    ["objects behind strings with escapes", `["\\\\",${"{},".repeat(64)}"\\""]`],
  ])("is refused, before it is parsed, with %s", (_name, text) => {
    expect(() => JSON.parse(text)).not.toThrow();
    expect(() => parseModest(text)).toThrow(EINVAL);
  });

  it.each(["", '"', '"\\', '"\\"', "{", "[1,]", "nothing"])("is refused where it is none: %s", (text) => {
    expect(() => parseModest(text)).toThrow(EINVAL);
  });
});
