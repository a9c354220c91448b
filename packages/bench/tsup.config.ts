import { defineConfig } from "tsup";

/** Only what a contestant's process runs: the benchmark itself runs from its sources. */
export default defineConfig({
  entry: ["src/contestant-process.ts"],
  format: "esm",
  target: "node24",
  platform: "node",
  clean: true,
});
