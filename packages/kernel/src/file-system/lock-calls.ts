import { CallFailure } from "../system-calls/call-failure.ts";
import type { HostHandlers } from "../system-calls/host-handlers.ts";
import type { FileLocks } from "./file-locks.ts";
import type { GuardedFileSystem } from "./guarded-file-system.ts";
import { requireStat } from "./inspecting-calls.ts";

const LAST_PLACE = 255;

/** Calls by which guests keep out of each other's way. Who locks a file has to be allowed what the lock is for. */
export function createLockCalls(
  system: GuardedFileSystem,
  locks: FileLocks,
): Pick<HostHandlers, "lock.take" | "lock.release"> {
  return {
    *"lock.take"(attempt, path, place, isExclusive) {
      if (place < 0 || place > LAST_PLACE) throw new CallFailure("EINVAL");
      const target = yield* system.reach(attempt, { path, follow: true, op: isExclusive ? "write" : "read" });
      if (requireStat(target).type !== "file") throw new CallFailure("EINVAL");
      return locks.take(target.path, place, isExclusive);
    },
    // biome-ignore lint/correctness/useYield: every handler is a computation, whether or not it waits
    *"lock.release"(_attempt, number) {
      locks.release(number);
      return undefined;
    },
  };
}
