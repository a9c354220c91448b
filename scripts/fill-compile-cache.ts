import { spawnSync } from "node:child_process";
import { type SourceEntry, sourceEntry } from "../packages/isolated-vm/src/source-options.ts";

/** What V8 has compiled fits a process with the same of its flags. */
const entries: ReadonlyMap<SourceEntry, readonly string[]> = new Map<SourceEntry, readonly string[]>([
  ["cell/main", []],
  ["cell/worker-main", []],
  ["cell/zygote-main", ["--single-threaded", "--no-memory-reducer"]],
]);
/** Without a host an entry of a cell ends itself so, before Node has written what it keeps. */
const endsOrderly = `data:text/javascript,${encodeURIComponent("process.kill = () => process.exit();")}`;

/**
 * Has every program of cells compiled once, for the tests that start cells from sources (`NODE_COMPILE_CACHE`): cells end
 * too roughly to keep anything. What is kept goes by its source's text, so that nothing that is out of date is run.
 */
export function setup(): void {
  for (const [entry, flags] of entries) {
    const program = sourceEntry(entry);
    spawnSync(process.execPath, [...flags, "--conditions=@vivarium/source", `--import=${endsOrderly}`, program], {
      stdio: "ignore",
      timeout: 60_000,
    });
  }
}
