import { existsSync } from "node:fs";
import { VivariumError } from "@vivarium/core";
import { helperCandidates } from "./helper-file.ts";
import { prepareCommand } from "./prepare-command.ts";

/**
 * Opens the native helper for this process, from the first file that is there and loads.
 *
 * @param open loads a file, or throws
 * @param candidates absolute paths, the best first
 * @throws {VivariumError} `ERR_NATIVE_HELPER_MISSING`, with the command that provides it
 */
export function openNativeHelper<Helper>(
  open: (file: string) => Helper,
  candidates: readonly string[] = helperCandidates(),
): Helper {
  const faults: unknown[] = [];
  for (const file of candidates) {
    if (!existsSync(file)) continue;
    try {
      return open(file);
    } catch (fault) {
      faults.push(fault);
    }
  }
  const [first] = faults;
  const found =
    first === undefined ? "there is none" : `none loads (${first instanceof Error ? first.message : first})`;
  throw new VivariumError(
    "ERR_NATIVE_HELPER_MISSING",
    {
      problem:
        `${found} for ${process.platform}-${process.arch} and Node ${process.version} (ABI ${process.versions.modules}). ` +
        `Provide it with: ${prepareCommand()}`,
    },
    first === undefined ? {} : { cause: first },
  );
}
