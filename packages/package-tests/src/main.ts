import { readFileSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { type Comparison, compareProgram } from "./compare-program.ts";
import { readExpectations } from "./expectations.ts";
import { judge } from "./judge.ts";
import { listPrograms } from "./package-program.ts";
import { renderPackageTable } from "./package-table.ts";
import { PackageGuests } from "./run-in-guest.ts";
import { startTestServer } from "./test-server.ts";

const usage = `Runs programs that use packages of the registry, in Node and in a guest, and compares what they print.

  NAME…        programs to run (default: all)
  --docs FILE  replace the table in a page of the documentation
`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { docs: { type: "string" }, help: { type: "boolean", default: false } },
});
const programs = listPrograms().filter(({ name }) => positionals.length === 0 || positionals.includes(name));
if (values.help || programs.length === 0) {
  console.error(usage);
  process.exit(values.help ? 0 : 2);
}

const expectations = readExpectations();
const guests = new PackageGuests();
const found: Comparison[] = [];
await using server = await startTestServer();
for (const program of programs) {
  const comparison = await compareProgram(program, guests, server.url);
  found.push(comparison);
  const verdict = judge(comparison, expectations);
  console.log(`${verdict.padEnd(9)} ${comparison.name} ${comparison.difference}`);
  if (verdict === "different" || verdict === "better") process.exitCode = 1;
}
const table = renderPackageTable(found, expectations);
if (values.docs === undefined) console.log(`\n${table}`);
else writeFileSync(values.docs, withTable(readFileSync(values.docs, "utf8"), table));

/** The page with another table: the one of packages. */
function withTable(page: string, made: string): string {
  return page.replace(/\| package \| version \|.*\n(?:\|.*\n)*/, () => `${made}\n`);
}
