import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";
import { projects } from "./vitest.workspace.ts";

// For all that tests start, and for what that starts: most of a cell's start from sources is compiling them.
process.env["NODE_COMPILE_CACHE"] ??= fileURLToPath(new URL("node_modules/.cache/vivarium-compile/", import.meta.url));
// Read by cells' sources: they start from what `bundle:cells` has made of them.
process.env["VIVARIUM_CELL_BUNDLES"] ??= "1";

/**
 * Leaves for the end the projects that share processes, the last of which have short files only:
 * no long one then keeps the last worker alone.
 */
class ShortFilesLast extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const sharesProcesses = ({ project }: TestSpecification): boolean => !project.config.isolate;
    return [...sorted.filter((file) => !sharesProcesses(file)), ...sorted.filter(sharesProcesses)];
  }
}

export default defineConfig({
  test: {
    projects,
    // One more than the cores of a small machine: many tests wait for cells and limits.
    maxWorkers: 3,
    sequence: { sequencer: ShortFilesLast },
    passWithNoTests: true,
  },
});
