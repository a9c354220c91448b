import type { Control } from "./expectations.ts";
import { knownReasons } from "./reasons.table.ts";
import type { TestResult } from "./test-result.ts";

/** Characters of the words that an unexplained failure is shown with. */
const MOST_SHOWN = 140;

/** Why a file has failed, in one line: what is known, that Node itself fails it, or the words it failed with. */
export function reasonOf(result: TestResult, control: Control): string {
  if (control.get(result.name) === "fail") return "fails in Node itself";
  const stem = result.name.replace(/^test-/, "");
  const known = knownReasons.find(
    ({ files, cause }) =>
      (files === undefined || files.some((file) => stem.startsWith(file))) &&
      (cause === undefined || cause.test(result.cause ?? "")),
  );
  return known?.reason ?? `not looked into: ${quoted(result.cause ?? "no cause given")}`;
}

/** Every failed file with its reason, one line each, files of one reason together: the most frequent first. */
export function renderReasons(results: readonly TestResult[], control: Control): string {
  const failed = results.filter(({ status }) => status === "fail");
  const groups = Map.groupBy(failed, (result) => reasonOf(result, control));
  return [...groups]
    .sort(([a, filesOfA], [b, filesOfB]) => filesOfB.length - filesOfA.length || a.localeCompare(b))
    .flatMap(([reason, files]) => files.map(({ name }) => `- \`${name}\`: ${reason}`))
    .join("\n");
}

/** A program's words, in the page and not part of it. */
function quoted(text: string): string {
  const line = text.replace(/\s+/g, " ").replaceAll("`", "'").slice(0, MOST_SHOWN);
  return `\`${line}\``;
}
