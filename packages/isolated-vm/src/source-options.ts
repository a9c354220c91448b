import { getCompileCacheDir } from "node:module";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";

/** Programs that a process or a thread of ours starts with, by their paths. */
export type SourceEntry = "cell/main" | "cell/zygote-main" | "cell/worker-main" | "inline/crypto-thread-main";

/**
 * The file of such a program where our sources run as they are: its source, or, for tests that have said so, what
 * `bundle:cells` has made of it, which starts in a third of the time.
 */
export function sourceEntry(name: SourceEntry): string {
  const path = process.env["VIVARIUM_CELL_BUNDLES"] === "1" ? `../build/cells/${name}.mjs` : `./${name}.ts`;
  return fileURLToPath(new URL(path, import.meta.url));
}

/**
 * Options of Node for a process or a thread that runs our sources as they are. A host that keeps what it has compiled
 * (`NODE_COMPILE_CACHE`) lends it to them: most of their start is compiling. What is built knows nothing of this, since
 * what a cell might write there would be run by its host.
 */
export function sourceOptions(): readonly string[] {
  const cache = getCompileCacheDir();
  const conditions = ["--conditions=@vivarium/source"];
  // Node names the folder that it has made for its own version, inside the one that it was given.
  return cache === undefined ? conditions : [...conditions, cacheOption(dirname(cache))];
}

/** It cannot be a variable of the environment, which is empty; nor a file, which would itself have to be compiled first. */
function cacheOption(folder: string): string {
  const program = `import { enableCompileCache } from "node:module"; enableCompileCache(${JSON.stringify(folder)});`;
  return `--import=data:text/javascript,${encodeURIComponent(program)}`;
}
