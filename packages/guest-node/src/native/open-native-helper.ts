import { VivariumError } from "@vivarium/core";
import { presentHelpers } from "./helper-file.ts";
import { prepareCommand } from "./prepare-command.ts";

/**
 * Opens the native helper for this process, from the first file that loads.
 *
 * @param open loads a file, or throws
 * @param files absolute paths of helpers, the best first: for a process that may not look for them itself
 * @throws {VivariumError} `ERR_NATIVE_HELPER_MISSING`, with the command that provides it
 */
export function openNativeHelper<Helper>(
  open: (file: string) => Helper,
  files: Iterable<string> = presentHelpers(),
): Helper {
  const faults: unknown[] = [];
  for (const file of files) {
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
