import { readFileSync, writeFileSync } from "node:fs";
import type { TestResult, TestStatus } from "./test-result.ts";

/** What every measured file is known to do, by name. */
export type Expectations = Readonly<Record<string, TestStatus>>;

/** What Node itself, without a guest, does with the files that it does not pass. */
export type Control = ReadonlyMap<string, TestStatus>;

/** A file that did something else than expected. */
export interface Difference {
  readonly name: string;
  readonly expected: TestStatus;
  readonly actual: TestStatus;
}

export function readExpectations(file: string): Expectations {
  const parsed: unknown = JSON.parse(readFileSync(file, "utf8"));
  if (typeof parsed !== "object" || parsed === null) throw new Error(`${file} holds no expectations`);
  const entries = Object.entries(parsed).filter((entry): entry is [string, TestStatus] => isStatus(entry[1]));
  return Object.fromEntries(entries);
}

/** Writes what was found, and keeps what is known of files that were not run. */
export function writeExpectations(file: string, known: Expectations, results: readonly TestResult[]): void {
  const merged: Record<string, TestStatus> = { ...known };
  for (const { name, status } of results) merged[name] = status;
  const sorted = Object.fromEntries(Object.entries(merged).sort(([a], [b]) => (a < b ? -1 : 1)));
  writeFileSync(file, `${JSON.stringify(sorted, null, 2)}\n`);
}

/** What a control run found of the files that Node itself does not pass. */
export function readControl(file: string): Control {
  return new Map(Object.entries(readExpectations(file)));
}

/** Writes what a control run found, without what passed, and keeps what is known of files that were not run. */
export function writeControl(file: string, known: Control, results: readonly TestResult[]): void {
  const merged = new Map(known);
  for (const { name, status } of results) {
    if (status === "pass") merged.delete(name);
    else merged.set(name, status);
  }
  const sorted = Object.fromEntries([...merged].sort(([a], [b]) => (a < b ? -1 : 1)));
  writeFileSync(file, `${JSON.stringify(sorted, null, 2)}\n`);
}

/** Where results and expectations disagree; files that nothing is known of are no difference. */
export function compareWithExpectations(
  results: readonly TestResult[],
  expectations: Expectations,
): readonly Difference[] {
  return results.flatMap(({ name, status }) => {
    const expected = Object.hasOwn(expectations, name) ? expectations[name] : undefined;
    return expected === undefined || expected === status ? [] : [{ name, expected, actual: status }];
  });
}

export function isStatus(value: unknown): value is TestStatus {
  return value === "pass" || value === "skip" || value === "fail";
}
