import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { runInGuest, runInNode } from "../harness/run-program.ts";

/** Messages, most of them broken somewhere, cut into pieces and given to a parser: what it tells, as text. */
const code = readFileSync(new URL("./http-parser-trace.cjs", import.meta.url), "utf8");

it("a guest's parser of HTTP tells of a thousand messages, broken and cut anywhere, what Node's tells", async () => {
  const { stdout } = await runInGuest(code);
  const expected = runInNode(code).stdout;
  expect(expected.split("\n").length).toBeGreaterThan(1_000);
  expect(new Set(expected.match(/HPE_\w+/g)).size, "kinds of errors that were provoked").toBeGreaterThan(12);
  expect(stdout).toBe(expected);
});
