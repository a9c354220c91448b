import { readFileSync } from "node:fs";
import { isStatus } from "./expectations.ts";
import type { TestResult } from "./test-result.ts";
import { UsageError } from "./usage-error.ts";

/**
 * What an earlier run found of these files (its `--out`), without those that failed: a file that has failed on a busy machine is
 * given another try.
 * @throws {UsageError} where the file holds no results
 */
export function readEarlier(file: string, names: readonly string[]): readonly TestResult[] {
  const wanted = new Set(names);
  const parsed = readJson(file);
  if (!Array.isArray(parsed) || !parsed.every(isResult)) throw new UsageError(`--after: ${file} holds no results`);
  return parsed.filter(({ name, status }) => status !== "fail" && wanted.has(name));
}

function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    throw new UsageError(`--after: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function isResult(value: unknown): value is TestResult {
  if (typeof value !== "object" || value === null) return false;
  const { name, status, durationMs } = value as Readonly<Record<string, unknown>>;
  return typeof name === "string" && isStatus(status) && typeof durationMs === "number";
}
