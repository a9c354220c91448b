import { readFileSync } from "node:fs";
import type { Comparison } from "./compare-program.ts";
import type { Expectations } from "./expectations.ts";
import { judge } from "./judge.ts";
import { packageRoot } from "./package-program.ts";

/** How each package fared, as Markdown. */
export function renderPackageTable(comparisons: readonly Comparison[], expectations: Expectations): string {
  const rows = comparisons.map((comparison) => {
    const { name, difference } = comparison;
    const verdict = judge(comparison, expectations);
    const { reason = difference } = expectations.get(name) ?? {};
    const said = {
      same: "as in Node",
      better: "as in Node",
      refused: `refused: ${reason}`,
      known: reason,
      different: difference,
    };
    return `| ${name} | ${versionOf(name)} | ${said[verdict]} |`;
  });
  return ["| package | version | in a guest |", "|---|---|---|", ...rows].join("\n");
}

function versionOf(name: string): string {
  const packageName = name.replace(/-browser$/, "");
  const manifest: { readonly devDependencies: Readonly<Record<string, string>> } = JSON.parse(
    readFileSync(`${packageRoot}/package.json`, "utf8"),
  );
  return manifest.devDependencies[packageName] ?? "";
}
