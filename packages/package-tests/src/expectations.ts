import { readFileSync } from "node:fs";

/**
 * Programs that do not do in a guest what they do in Node, by name: why, and for those that are meant to be so, what
 * they print instead.
 */
export type Expectations = ReadonlyMap<string, { readonly reason: string; readonly prints?: string }>;

/** What is known of programs. */
export function readExpectations(): Expectations {
  const file = new URL("../expectations.json", import.meta.url);
  return new Map(Object.entries(JSON.parse(readFileSync(file, "utf8"))));
}
