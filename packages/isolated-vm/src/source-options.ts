import { getCompileCacheDir } from "node:module";
import { dirname } from "node:path";

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
