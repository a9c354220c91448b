import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

export interface ExampleRun {
  readonly code: number | null;
  readonly lines: readonly string[];
  readonly stderr: string;
}

/**
 * Runs `examples/src/<path>` as its reader would, in a process and terminal of its own.
 *
 * @param env variables beside those that every example has
 */
export function runExample(path: string, env: Readonly<Record<string, string>> = {}): Promise<ExampleRun> {
  const file = fileURLToPath(new URL(`../src/${path}`, import.meta.url));
  const child = spawn(process.execPath, ["--conditions=@vivarium/source", file], {
    stdio: ["ignore", "pipe", "pipe"],
    env: {
      PATH: process.env["PATH"],
      NODE_COMPILE_CACHE: process.env["NODE_COMPILE_CACHE"],
      VIVARIUM_CELL_BUNDLES: process.env["VIVARIUM_CELL_BUNDLES"],
      NO_COLOR: "1",
      ...env,
    },
  });
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => resolve({ code, lines: stdout.trimEnd().split("\n"), stderr }));
  });
}
