import { existsSync, readdirSync } from "node:fs";
import { dirname, join, matchesGlob } from "node:path";
import { UsageError } from "./usage-error.ts";

/** The part of Node's suite whose files run one by one, each in a process of its own. */
export const testFolder: string = "parallel";

const program = /^test-.*\.(?:js|mjs|cjs)$/;

/**
 * The test programs of a checkout that match any of the patterns (globs on the file name, with or without its extension, and
 * with or without its folder), sorted.
 * @throws {UsageError} where there is no suite, or nothing in it that a pattern matches
 */
export function listTestFiles(suite: string, patterns: readonly string[]): readonly string[] {
  assertSuite(suite);
  const names = readdirSync(join(suite, testFolder)).filter((name) => program.test(name));
  const found = new Set<string>();
  for (const pattern of patterns) {
    const matches = names.filter((name) => isMatch(name, pattern.replace(ownFolder, "")));
    if (matches.length === 0) throw new UsageError(`No test of ${join(suite, testFolder)} matches ${pattern}`);
    for (const name of matches) found.add(name);
  }
  return [...found].sort();
}

const ownFolder = new RegExp(`^(?:\\./)?(?:test/)?${testFolder}/`);

function isMatch(name: string, pattern: string): boolean {
  return name === pattern || matchesGlob(name, pattern) || matchesGlob(stem(name), pattern);
}

function assertSuite(suite: string): void {
  if (isSuite(suite)) return;
  const meant = [join(suite, "test"), dirname(suite)].find(isSuite);
  const hint = meant === undefined ? "" : `; did you mean ${meant}?`;
  throw new UsageError(`${suite} is no suite of Node's tests: it has no folders common and ${testFolder}${hint}`);
}

function isSuite(folder: string): boolean {
  return existsSync(join(folder, "common")) && existsSync(join(folder, testFolder));
}

function stem(name: string): string {
  return name.replace(/\.\w+$/, "");
}
