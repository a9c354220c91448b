/** Prints the figures to watch and fails on what has no excuse. Ceilings of lines per file and function are lint rules. */
import { globSync, readFileSync } from "node:fs";
import { bundleGuest } from "../packages/guest-node/scripts/guest-bundles.ts";

interface SourceFile {
  readonly path: string;
  readonly lines: number;
  readonly isTest: boolean;
  readonly isTable: boolean;
  readonly text: string;
}

const warnAboveLines = 250;

/** In bytes: every guest compiles the first bundle when it boots, and keeps of it what it does not use. */
const mostOfFirstBundle = 425_000;
const mostOfLateBundle = 70_000;

/** Each phrase is split so that this file does not find itself. */
const forbidden: ReadonlyArray<readonly [what: string, pattern: RegExp]> = [
  ["a cast through unknown", /\bas\s+unknown\s+as\b/],
  ["the type any", /(?::|<|\bas)\s*any\b(?!\s*[`'"])/],
  ["a switched-off type check", /@ts-(?:ignore|nocheck|expect-error)/],
  ["a lint rule switched off without a reason", /biome-ignore(?!.*: \S.{5,})/],
];

function readSource(path: string): SourceFile {
  const text = readFileSync(path, "utf8");
  return {
    path,
    text,
    lines: text.split("\n").length - 1,
    isTest: path.includes("/test/"),
    isTable: path.endsWith(".table.ts"),
  };
}

function findForbidden(file: SourceFile): readonly string[] {
  if (file.path === "scripts/check-budgets.ts") return [];
  return file.text.split("\n").flatMap((line, index) => {
    const isComment = /^\s*(?:\/\/|\/?\*)/.test(line);
    return forbidden
      .filter(([what, pattern]) => pattern.test(line) && (!isComment || !what.startsWith("the type")))
      .map(([what]) => `${file.path}:${index + 1}: ${what}`);
  });
}

const paths = globSync(["packages/*/{src,test,scripts}/**/*.ts", "examples/**/*.ts", "scripts/**/*.ts"])
  .filter((path) => !path.includes("node_modules"))
  .sort();
const files = paths.map(readSource);
const sources = files.filter((file) => !file.isTest && !file.isTable);
const countLines = (some: readonly SourceFile[]): number => some.reduce((sum, file) => sum + file.lines, 0);
const long = sources.filter((file) => file.lines > warnAboveLines);
const disables = files.reduce((sum, file) => sum + (file.text.match(/biome-ignore /g)?.length ?? 0), 0);
const bundles = await bundleGuest();
const sizes = [...bundles.late].map(([name, { text }]) => [name, text.length] as const);
const tooLarge = [
  ...(bundles.first.length > mostOfFirstBundle
    ? [`the first bundle of guests is larger than ${mostOfFirstBundle}`]
    : []),
  ...sizes
    .filter(([, size]) => size > mostOfLateBundle)
    .map(([name]) => `the late bundle ${name} is larger than ${mostOfLateBundle}`),
];
const faults = [...files.flatMap(findForbidden), ...tooLarge];

console.log(
  `${sources.length} source files, ${countLines(sources)} lines; longest ${Math.max(...sources.map((file) => file.lines))}`,
);
console.log(
  `${files.filter((file) => file.isTest).length} test files, ${countLines(files.filter((file) => file.isTest))} lines`,
);
console.log(`${disables} lint rules switched off in place`);
console.log(
  `a guest's first bundle has ${bundles.first.length} bytes, late ones ${sizes.map((size) => size.join(" ")).join(", ")}`,
);
for (const file of long) console.log(`warning: ${file.path} has ${file.lines} lines (aim at 120)`);
for (const fault of faults) console.error(`error: ${fault}`);
process.exitCode = faults.length === 0 ? 0 : 1;
