import { spawnSync } from "node:child_process";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");

/** The bundle is an expression: a function that boots a guest. */
await build({
  entryPoints: [join(root, "src/guest/main.ts")],
  outfile: join(root, "dist/guest.js"),
  bundle: true,
  format: "iife",
  globalName: "vivariumGuest",
  platform: "neutral",
  mainFields: ["module", "main"],
  conditions: ["@vivarium/source"],
  target: "es2024",
  banner: { js: '(() => { "use strict";' },
  footer: { js: "return vivariumGuest.bootGuest; })()" },
  // The build in plain JavaScript: WebAssembly would cost every guest a compilation.
  alias: { "cjs-module-lexer": createRequire(import.meta.url).resolve("cjs-module-lexer") },
  legalComments: "none",
  // Every guest scans this text; nobody reads it, and its frames are not shown.
  minifyWhitespace: true,
});

const tables = spawnSync(
  process.execPath,
  ["--expose-internals", join(root, "scripts/write-node-tables.ts"), join(root, "dist/node-tables.json")],
  { stdio: ["ignore", "inherit", "inherit"] },
);
if (tables.status !== 0) process.exitCode = 1;
