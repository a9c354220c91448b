import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { type BuildOptions, build } from "esbuild";
import { nodeTablesName } from "../src/node-tables-file.ts";
import { capturedGlobals } from "./captured-globals.table.ts";
import { bundleGuest, bundling } from "./guest-bundles.ts";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");

const dist = join(root, "dist");
const { first, late } = await bundleGuest();
// A late bundle that is no more would be shipped otherwise.
rmSync(join(dist, "late"), { recursive: true, force: true });
mkdirSync(join(dist, "late"), { recursive: true });
writeFileSync(join(dist, "guest.js"), first);
for (const [name, { text }] of late) writeFileSync(join(dist, `late/${name}.js`), text);

const shared: BuildOptions = { ...bundling, format: "iife", globalName: "vivariumGuest" };

/** As the first bundle: the body of a function that answers one that boots a guest. */
await build({
  ...shared,
  // Half of what a bare guest takes to boot is to take this text and its code cache.
  minify: true,
  entryPoints: [join(root, "src/guest/bare/bare-main.ts")],
  outfile: join(dist, "bare.js"),
  banner: { js: `"use strict"; const { ${capturedGlobals.join(", ")} } = globalThis;` },
  footer: { js: "return vivariumGuest.bootGuest;" },
});

/** The loader is an expression. */
await build({
  ...shared,
  entryPoints: [join(root, "src/guest/load-bundle.ts")],
  outfile: join(dist, "loader.js"),
  banner: { js: '(() => { "use strict";' },
  footer: { js: "return vivariumGuest.loadBundle; })()" },
});

copyFileSync(
  createRequire(import.meta.url).resolve("@sqlite.org/sqlite-wasm/sqlite3.wasm"),
  join(dist, "sqlite3.wasm"),
);

// Those of another version of Node would be shipped otherwise.
rmSync(join(dist, "node-tables"), { recursive: true, force: true });
const tables = spawnSync(
  process.execPath,
  ["--expose-internals", join(root, "scripts/write-node-tables.ts"), join(dist, "node-tables", nodeTablesName())],
  { stdio: ["ignore", "inherit", "inherit"] },
);
if (tables.status !== 0) process.exitCode = 1;
