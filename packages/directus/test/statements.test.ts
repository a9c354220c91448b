import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

/** How many statements about Directus there are of each kind, numbered from 1. */
const KINDS = { L: 29, E: 11, G: 12, R: 35, P: 16, H: 10, O: 7, X: 13 } as const;
const numbers = Object.entries(KINDS).flatMap(([kind, count]) =>
  Array.from({ length: count }, (_, index) => numbered(kind, index + 1)),
);

function numbered(kind: string, index: number): string {
  return `${kind}${String(index).padStart(2, "0")}`;
}

/** The numbers with which the names of tests begin: `"R01: …"`, `"L17, L18: …"`, `"R22 to R25: …"`. */
function numbersOfTests(): ReadonlySet<string> {
  const folder = import.meta.dirname;
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((path) => path.endsWith(".test.ts"));
  const text = files
    .filter((path) => path !== "statements.test.ts")
    .map((path) => readFileSync(join(folder, path), "utf8"))
    .join("\n");
  const names = text.matchAll(/["'`]((?:[A-Z]\d\d(?:, | to )?)+)(?=: )/g);
  return new Set([...names].flatMap(([, told = ""]) => told.split(", ").flatMap(spanned)));
}

function spanned(told: string): readonly string[] {
  const [first = "", last = first] = told.split(" to ");
  const from = Number(first.slice(1));
  return Array.from({ length: Number(last.slice(1)) - from + 1 }, (_, index) =>
    numbered(first.slice(0, 1), from + index),
  );
}

test("each statement about Directus has a test by its number", () => {
  expect([...numbersOfTests()].sort()).toEqual([...numbers].sort());
});

test("each statement about Directus has its row in the README", () => {
  const readme = readFileSync(join(import.meta.dirname, "../README.md"), "utf8");
  const rows = [...readme.matchAll(/^\| ([A-Z]\d\d) \| (.+?) \| (M|M\+|FIX) \| ?(.*?) ?\|$/gm)];
  expect(rows.map(([, number]) => number)).toEqual(numbers);
  // What is better on purpose is said to be.
  expect(rows.filter(([, , , stance, difference]) => stance !== "M" && difference === "")).toEqual([]);
});
