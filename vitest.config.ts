import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";
import { projects } from "./vitest.workspace.ts";

// For all that tests start, and for what that starts: most of a cell's start from sources is compiling them.
process.env["NODE_COMPILE_CACHE"] ??= fileURLToPath(new URL("node_modules/.cache/vivarium-compile/", import.meta.url));
// Read by cells' sources: they start from what `bundle:cells` has made of them.
process.env["VIVARIUM_CELL_BUNDLES"] ??= "1";

export default defineConfig({
  test: {
    projects,
    // One more than the cores of a small machine: many tests wait for cells and limits.
    maxWorkers: 3,
    passWithNoTests: true,
  },
});
