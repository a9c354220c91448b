import { decodeInertInSlices, VivariumError } from "@vivarium/core";
import type { CodeKey } from "@vivarium/kernel";
import { ownExecution } from "../cell/own-program.ts";
import { readKind } from "../channel/guest-kind.ts";
import { compileSourcesProgram } from "./compile-sources.ts";
import { type AloneOptions, runAlone } from "./run-alone.ts";

/** Of all code cache of one such cell, in bytes. */
const RESULT_BYTES = 32 * 1024 * 1024;

/**
 * Compiles sources of packages in a cell of its own: the host reads the files, and is given code cache by their keys. What
 * cannot be compiled is left out.
 */
export async function compilePackages(
  keys: readonly CodeKey[],
  options: AloneOptions,
): Promise<ReadonlyMap<CodeKey, Uint8Array>> {
  const own = ownExecution(compileSourcesProgram, "node", true);
  const { memoryLimit } = readKind(options.guestKind);
  const limits = { ...own.limits, memoryLimit, resultLimitBytes: RESULT_BYTES };
  const report = await runAlone({ ...own, argv: [JSON.stringify(keys)], limits }, options);
  if (report?.exports === undefined) throw new VivariumError("ERR_CELL_FAILED", { problem: "it compiled nothing" });
  const { value } = await decodeInertInSlices(report.exports, { limitBytes: RESULT_BYTES });
  return readCode(keys, value);
}

function readCode(keys: readonly CodeKey[], exports: unknown): ReadonlyMap<CodeKey, Uint8Array> {
  const found = new Map<CodeKey, Uint8Array>();
  if (typeof exports !== "object" || exports === null) return found;
  const byKey = new Map<string, unknown>(Object.entries(exports));
  for (const key of keys) {
    const code = byKey.get(key);
    // A copy: what they are views of is the whole result.
    if (code instanceof Uint8Array) found.set(key, new Uint8Array(code));
  }
  return found;
}
