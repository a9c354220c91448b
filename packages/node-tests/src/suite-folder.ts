import { existsSync, readdirSync } from "node:fs";
import { join, matchesGlob } from "node:path";

/** The part of Node's suite whose files run one by one, each in a process of its own. */
export const testFolder: string = "parallel";

const program = /^test-.*\.(?:js|mjs|cjs)$/;

/** The test programs of a checkout that match any of the patterns (globs on the file name without its extension), sorted. */
export function listTestFiles(suite: string, patterns: readonly string[]): readonly string[] {
  const folder = join(suite, testFolder);
  if (!existsSync(join(suite, "common")) || !existsSync(folder)) {
    throw new Error(`No suite of Node's tests in ${suite}: expected the folders "common" and "${testFolder}" there`);
  }
  return readdirSync(folder)
    .filter((name) => program.test(name))
    .filter((name) => patterns.some((pattern) => matchesGlob(stem(name), pattern) || name === pattern))
    .sort();
}

function stem(name: string): string {
  return name.replace(/\.\w+$/, "");
}
