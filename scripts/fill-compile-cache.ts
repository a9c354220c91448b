import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const cells = new URL("../packages/isolated-vm/src/cell/", import.meta.url);
/** What V8 has compiled fits a process with the same of its flags. */
const entries: Readonly<Record<string, readonly string[]>> = {
  "main.ts": [],
  "worker-main.ts": [],
  "zygote-main.ts": ["--single-threaded", "--no-memory-reducer"],
};
/** Without a host an entry of a cell ends itself so, before Node has written what it keeps. */
const endsOrderly = `data:text/javascript,${encodeURIComponent("process.kill = () => process.exit();")}`;

/**
 * Has every entry of a cell compiled once, for the tests that start cells from sources (`NODE_COMPILE_CACHE`): cells end
 * too roughly to keep anything. What is kept goes by its source's text, so that nothing that is out of date is run.
 */
export function setup(): void {
  for (const [entry, flags] of Object.entries(entries)) {
    const program = fileURLToPath(new URL(entry, cells));
    spawnSync(process.execPath, [...flags, "--conditions=@vivarium/source", `--import=${endsOrderly}`, program], {
      stdio: "ignore",
      timeout: 60_000,
    });
  }
}
