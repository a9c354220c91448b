import { CallFailure } from "./call-failure.ts";
import type { HostHandlers } from "./host-handlers.ts";
import type { HostRun } from "./host-run.ts";

/** Files of the guest's library, which are every guest's to have: they are public. */
export function createLibraryCalls(file: HostRun["libraryFile"]): Pick<HostHandlers, "library.file"> {
  return {
    // biome-ignore lint/correctness/useYield: every handler is a computation, whether or not it waits
    *"library.file"(_attempt, name) {
      const bytes = file?.(name);
      if (bytes === undefined) throw new CallFailure("ENOENT");
      return bytes;
    },
  };
}
