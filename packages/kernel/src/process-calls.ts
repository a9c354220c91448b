import type { GuardedFileSystem } from "./file-system/guarded-file-system.ts";
import { requireStat } from "./file-system/inspecting-calls.ts";
import { CallFailure } from "./system-calls/call-failure.ts";
import type { HostHandlers } from "./system-calls/host-handlers.ts";

const PERMISSION_BITS = 0o777;

/** The working directory and the mask for new files: state of a process that lives where its files do. */
export function createProcessCalls(
  system: GuardedFileSystem,
): Pick<HostHandlers, "process.cwd" | "process.chdir" | "process.umask"> {
  return {
    // biome-ignore lint/correctness/useYield: every handler is a computation, whether or not it waits
    *"process.cwd"() {
      return system.cwd;
    },
    *"process.chdir"(attempt, path) {
      const target = yield* system.reach(attempt, { path, follow: true, op: "stat" });
      if (requireStat(target).type !== "directory") throw new CallFailure("ENOTDIR");
      system.cwd = target.path;
      return target.path;
    },
    // biome-ignore lint/correctness/useYield: every handler is a computation, whether or not it waits
    *"process.umask"(_attempt, mask) {
      const before = system.umask;
      if (mask >= 0) system.umask = mask & PERMISSION_BITS;
      return before;
    },
  };
}
