import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { root } from "./read-document.ts";

interface Violation {
  readonly rule: { readonly name: string };
}

let house: string;

beforeEach(() => {
  house = mkdtempSync(join(tmpdir(), "vivarium-house-"));
  for (const name of ["core", "kernel", "memfs", "node"]) {
    writeFile(`packages/${name}/src/index.ts`, `export const ${name} = true;\n`);
    writeFile(`packages/${name}/package.json`, JSON.stringify({ name: `@vivarium/${name}`, version: "0.0.0" }));
  }
  writeFile("package.json", "{}");
  writeFile("tsconfig.json", "{}");
});

afterEach(() => rmSync(house, { recursive: true, force: true }));

function writeFile(path: string, content: string): void {
  mkdirSync(dirname(join(house, path)), { recursive: true });
  writeFileSync(join(house, path), content);
}

/** Names of the rules that the house breaks. */
function brokenRules(): readonly string[] {
  const args = ["--config", join(root, ".dependency-cruiser.mjs"), "--output-type", "json", "packages"];
  const run = spawnSync(join(root, "node_modules/.bin/depcruise"), args, { cwd: house, encoding: "utf8" });
  const report: { readonly summary: { readonly violations: readonly Violation[] } } = JSON.parse(run.stdout);
  return report.summary.violations.map((violation) => violation.rule.name);
}

describe("The check of import directions", () => {
  test("lets a package import what lies beneath it", () => {
    writeFile("packages/kernel/src/index.ts", 'export * from "../../core/src/index.ts";\n');
    expect(brokenRules()).toEqual([]);
  });

  test("refuses an import upwards", () => {
    writeFile("packages/core/src/index.ts", 'export * from "../../kernel/src/index.ts";\n');
    expect(brokenRules()).toContain("layer-of-core");
  });

  test("refuses an import sideways", () => {
    writeFile("packages/node/src/index.ts", 'export * from "../../memfs/src/index.ts";\n');
    expect(brokenRules()).toContain("layer-of-node");
  });

  test("refuses a module of Node in core", () => {
    writeFile("packages/core/src/index.ts", 'export { sep } from "node:path";\n');
    expect(brokenRules()).toContain("core-without-node");
  });

  test("refuses a path into another package's sources", () => {
    writeFile("packages/core/src/hidden.ts", "export const hidden = true;\n");
    writeFile("packages/kernel/src/index.ts", 'export * from "../../core/src/hidden.ts";\n');
    expect(brokenRules()).toContain("front-door-only");
  });

  test("refuses two files that need each other", () => {
    writeFile("packages/core/src/index.ts", 'import { a } from "./a.ts";\nexport const b = a;\n');
    writeFile("packages/core/src/a.ts", 'import { b } from "./index.ts";\nexport const a = b;\n');
    expect(brokenRules()).toContain("no-cycle");
  });
});
