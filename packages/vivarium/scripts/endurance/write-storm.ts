import type { InMemoryFileSystem } from "vivarium";

/** Writes that a storm makes to each of its two files. */
const WRITES = 300;

/** A program that writes two files by turns, one line at a time, and renames the first when it is done. */
export function writeStorm(folder: string): string {
  return `import * as fs from "node:fs";
    const folder = ${JSON.stringify(folder)};
    fs.mkdirSync(folder);
    for (let i = 0; i < ${WRITES}; i++) {
      fs.appendFileSync(folder + "/a", i + "\\n");
      fs.appendFileSync(folder + "/b", i + "\\n");
      if (i % 30 === 0) await new Promise((resolve) => setTimeout(resolve, 2));
    }
    fs.renameSync(folder + "/a", folder + "/done");`;
}

/** What is wrong with what a storm has left, wherever it was ended; undefined when that is a beginning of what it writes. */
export function faultAfterStorm(
  filesystem: InMemoryFileSystem,
  folder: string,
  hasReturned: boolean,
): string | undefined {
  const names = filesystem.exists(folder) ? filesystem.readDir(folder) : [];
  const linesOf = (name: string): readonly string[] =>
    names.includes(name) ? filesystem.readTextFile(`${folder}/${name}`).split("\n").slice(0, -1) : [];
  const isDone = names.includes("done");
  const [first, second] = [linesOf(isDone ? "done" : "a"), linesOf("b")];
  const isBeginning = (lines: readonly string[]): boolean => lines.every((line, index) => line === `${index}`);
  if (!isBeginning(first) || !isBeginning(second)) return "lines are missing";
  const ahead = first.length - second.length;
  if (ahead !== 0 && ahead !== 1) return `one file is ${ahead} lines ahead of the other`;
  if (isDone && (names.includes("a") || second.length !== WRITES)) return "it was renamed too early";
  return hasReturned && !isDone ? "the end of what it did is missing" : undefined;
}
