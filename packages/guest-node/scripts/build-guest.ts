import { spawnSync } from "node:child_process";
import { copyFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { type BuildOptions, build, type Plugin } from "esbuild";
import { nodeTablesName } from "../src/node-tables-file.ts";
import { capturedGlobals } from "./captured-globals.table.ts";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");

/** Guests throw none of the host's errors, whose table of messages takes long to make. */
const leanErrors: Plugin = {
  name: "lean errors",
  setup({ onResolve }) {
    onResolve({ filter: /\/errors\/vivarium-error\.ts$/ }, () => ({ path: join(root, "src/guest/lean-error.ts") }));
  },
};

const shared: BuildOptions = {
  bundle: true,
  format: "iife",
  globalName: "vivariumGuest",
  platform: "neutral",
  mainFields: ["module", "main"],
  conditions: ["@vivarium/source"],
  target: "es2024",
  // The build in plain JavaScript: WebAssembly would cost every guest a compilation.
  alias: { "cjs-module-lexer": createRequire(import.meta.url).resolve("cjs-module-lexer") },
  legalComments: "none",
  plugins: [leanErrors],
  // Every guest scans this text; nobody reads it, and its frames are not shown.
  minifyWhitespace: true,
};

/** Each bundle is the body of a function that answers one that boots a guest. */
for (const [source, name, isMinified] of [
  ["main", "guest", false],
  // Half of what a bare guest takes to boot is to take this text and its code cache.
  ["bare/bare-main", "bare", true],
] as const) {
  await build({
    ...shared,
    minify: isMinified,
    entryPoints: [join(root, `src/guest/${source}.ts`)],
    outfile: join(root, `dist/${name}.js`),
    banner: { js: `"use strict"; const { ${capturedGlobals.join(", ")} } = globalThis;` },
    footer: { js: "return vivariumGuest.bootGuest;" },
  });
}

/** The loader is an expression. */
await build({
  ...shared,
  entryPoints: [join(root, "src/guest/load-bundle.ts")],
  outfile: join(root, "dist/loader.js"),
  banner: { js: '(() => { "use strict";' },
  footer: { js: "return vivariumGuest.loadBundle; })()" },
});

copyFileSync(
  createRequire(import.meta.url).resolve("@sqlite.org/sqlite-wasm/sqlite3.wasm"),
  join(root, "dist/sqlite3.wasm"),
);

// Those of another version of Node would be shipped otherwise.
rmSync(join(root, "dist/node-tables"), { recursive: true, force: true });
const tables = spawnSync(
  process.execPath,
  ["--expose-internals", join(root, "scripts/write-node-tables.ts"), join(root, "dist/node-tables", nodeTablesName())],
  { stdio: ["ignore", "inherit", "inherit"] },
);
if (tables.status !== 0) process.exitCode = 1;
