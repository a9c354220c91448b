import { fileURLToPath } from "node:url";
import { build } from "esbuild";

/** What runs in plugins' guests before their code. */
await build({
  absWorkingDir: fileURLToPath(new URL("../", import.meta.url)),
  entryPoints: ["src/guest/plugin.ts", "src/guest/script.ts", "src/guest/context.ts"],
  outdir: "dist/guest",
  bundle: true,
  external: ["plugin:*"],
  format: "esm",
  platform: "neutral",
  target: "es2024",
});
