import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { findUndocumented } from "../find-undocumented.ts";
import { root } from "./read-document.ts";

test("an export without a docstring is found where it is declared, also behind a re-export", () => {
  mkdirSync(join(root, "node_modules/.cache"), { recursive: true });
  const folder = mkdtempSync(join(root, "node_modules/.cache/undocumented-"));
  try {
    writeFileSync(join(folder, "a.ts"), "/** Told. */\nexport const told = 1;\nexport const bare = 2;\n");
    writeFileSync(join(folder, "index.ts"), 'export * from "./a.ts";\nexport type Bare = string;\ntype Inner = 1;\n');
    const found = findUndocumented(folder, [join(folder, "index.ts")]);
    expect(found.map((fault) => fault.split(" ", 2).join(" "))).toEqual(["a.ts:3: bare", "index.ts:2: Bare"]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
