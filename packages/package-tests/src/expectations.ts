import { readFileSync } from "node:fs";

/** Why a program does not do in a guest what it does in Node. */
export interface Expectation {
  readonly reason: string;
  /** What it prints instead, where that is how it is meant to be. */
  readonly prints?: string;
}

/** Programs that differ, by name. */
export type Expectations = ReadonlyMap<string, Expectation>;

/** What is known of programs. */
export function readExpectations(): Expectations {
  const file = new URL("../expectations.json", import.meta.url);
  return new Map(Object.entries(JSON.parse(readFileSync(file, "utf8"))));
}
