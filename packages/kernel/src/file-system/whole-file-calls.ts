import type { Attempt } from "../attempt.ts";
import type { Steps } from "../maybe-async.ts";
import { CallFailure } from "../system-calls/call-failure.ts";
import type { HostHandlers } from "../system-calls/host-handlers.ts";
import { checkBytes, ignoreAnswer } from "./driver-answers.ts";
import type { GuardedFileSystem } from "./guarded-file-system.ts";
import { requireStat } from "./inspecting-calls.ts";
import { openConstants } from "./open-flags.ts";

const { O_WRONLY, O_CREAT, O_TRUNC } = openConstants;
const REPLACING = O_WRONLY | O_CREAT | O_TRUNC;
const COPYFILE_EXCL = 1;

type DescriptorCalls = Pick<HostHandlers, "fs.open" | "fs.close" | "fs.readRest" | "fs.write">;

/** Calls that read, write or copy a whole file. */
export function createWholeFileCalls(
  system: GuardedFileSystem,
  open: DescriptorCalls,
): Pick<HostHandlers, "fs.readFile" | "fs.writeFile" | "fs.copyFile"> {
  const { driver } = system;
  const { filesystem } = driver;

  function* replace(attempt: Attempt, path: string, data: Uint8Array, mode: number): Steps<void> {
    yield* attempt.settle(
      driver.ask(
        "writeFile",
        () => filesystem.writeFile(path, data, { mode: mode & ~system.umask & 0o7777, parents: false }),
        ignoreAnswer,
      ),
    );
  }

  /** Opens a file for the length of one call. */
  function* within<T>(attempt: Attempt, fd: number, use: Steps<T>): Steps<T> {
    try {
      return yield* use;
    } finally {
      yield* open["fs.close"](attempt, fd);
    }
  }

  return {
    *"fs.readFile"(attempt, path, flags) {
      if (flags !== openConstants.O_RDONLY) {
        const fd = yield* open["fs.open"](attempt, path, flags, 0o666);
        return yield* within(attempt, fd, open["fs.readRest"](attempt, fd));
      }
      const target = yield* system.reach(attempt, { path, follow: true, op: "read" });
      assertFile(requireStat(target).type);
      return yield* attempt.settle(driver.ask("readFile", () => filesystem.readFile(target.path), checkBytes));
    },
    *"fs.writeFile"(attempt, path, flags, mode, data) {
      if (flags !== REPLACING) {
        const fd = yield* open["fs.open"](attempt, path, flags, mode);
        yield* within(attempt, fd, open["fs.write"](attempt, fd, -1, data));
        return undefined;
      }
      const target = yield* system.reach(attempt, { path, follow: true, op: "write" });
      if (target.wantsDirectory) throw new CallFailure("EISDIR");
      if (target.stat !== undefined) assertFile(target.stat.type);
      yield* replace(attempt, target.path, data, mode);
      return undefined;
    },
    *"fs.copyFile"(attempt, from, to, flags) {
      const exclusive = (flags & COPYFILE_EXCL) !== 0;
      const [source, destination] = yield* system.reachAll(attempt, [
        { path: from, follow: true, op: "read" },
        { path: to, follow: !exclusive, op: "write" },
      ]);
      if (source === undefined || destination === undefined) throw new CallFailure("EIO");
      const stat = requireStat(source);
      assertFile(stat.type);
      if (destination.stat !== undefined) {
        if (exclusive) throw new CallFailure("EEXIST");
        assertFile(destination.stat.type);
      }
      if (destination.wantsDirectory) throw new CallFailure("EISDIR");
      if (source.path === destination.path) return undefined;
      const content = yield* attempt.settle(driver.ask("readFile", () => filesystem.readFile(source.path), checkBytes));
      yield* replace(attempt, destination.path, content, stat.mode);
      return undefined;
    },
  };
}

function assertFile(type: string): void {
  if (type === "directory") throw new CallFailure("EISDIR");
  if (type === "fifo" || type === "socket") throw new CallFailure("ENXIO");
  if (type === "symlink") throw new CallFailure("ELOOP");
}
