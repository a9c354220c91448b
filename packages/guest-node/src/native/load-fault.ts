import { spawnSync } from "node:child_process";

/** Says on stdout why a file does not load. */
const program =
  "try { process.dlopen({ exports: {} }, process.argv[1]) } catch (error) { process.stdout.write(error.message) }";

/**
 * Why a process of this Node cannot load a library; undefined when it can. It is another process that tries, since a
 * broken file may end the one that loads it.
 *
 * Node's own loader is the judge. It resolves every symbol, since the helper is linked that way, and may then find that
 * the helper is none of its addons but isolated-vm's: getting that far is the proof.
 */
export function loadFault(file: string): string | undefined {
  const { NODE_OPTIONS: _, ...env } = process.env;
  const { status, signal, stdout, error } = spawnSync(process.execPath, ["-e", program, file], {
    env,
    encoding: "utf8",
  });
  if (error !== undefined) return error.message;
  if (status !== 0) return `it ends the process that loads ${file}: ${signal ?? `code ${status}`}`;
  return stdout === "" || stdout.startsWith("Module did not self-register") ? undefined : stdout;
}
