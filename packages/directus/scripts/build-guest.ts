import { fileURLToPath } from "node:url";
import { type BuildOptions, build } from "esbuild";
import { capturedGlobals } from "./captured-globals.table.ts";

const root = fileURLToPath(new URL("../", import.meta.url));

const shared: BuildOptions = {
  absWorkingDir: root,
  outdir: "dist/guest",
  bundle: true,
  external: ["directus:*"],
  format: "esm",
  platform: "neutral",
  target: "es2024",
};

/** What is evaluated before the extension. */
await build({
  ...shared,
  entryPoints: ["src/guest/api.ts", "src/guest/set-up.ts"],
  banner: { js: `const { ${capturedGlobals.join(", ")} } = globalThis;` },
});

/** It comes after the extension, and finds what that has left. */
await build({ ...shared, entryPoints: ["src/guest/entry.ts"] });
