import { readFileSync } from "node:fs";
import { isStatus } from "./expectations.ts";
import type { TestResult } from "./test-result.ts";

/**
 * What an earlier run found of these files (its `--out`), without those that failed: a file that has failed on a busy machine is
 * given another try.
 */
export function readEarlier(file: string, names: readonly string[]): readonly TestResult[] {
  const wanted = new Set(names);
  const parsed: unknown = JSON.parse(readFileSync(file, "utf8"));
  if (!Array.isArray(parsed) || !parsed.every(isResult)) throw new Error(`${file} holds no results`);
  return parsed.filter(({ name, status }) => status !== "fail" && wanted.has(name));
}

function isResult(value: unknown): value is TestResult {
  if (typeof value !== "object" || value === null) return false;
  const { name, status, durationMs } = value as Readonly<Record<string, unknown>>;
  return typeof name === "string" && isStatus(status) && typeof durationMs === "number";
}
