import type { HostStreams } from "../streams/host-streams.ts";
import { CallFailure } from "../system-calls/call-failure.ts";
import type { HostHandlers } from "../system-calls/host-handlers.ts";
import { ChangeStream } from "./change-stream.ts";
import { checkWatch } from "./driver-answers.ts";
import type { GuardedFileSystem } from "./guarded-file-system.ts";
import { requireStat } from "./inspecting-calls.ts";
import { WatchedPaths } from "./watched-paths.ts";

/** Serves a guest that watches its files. A watch is one of its streams: bounded with them, and closed with its run. */
export function createWatchCalls(system: GuardedFileSystem, streams: HostStreams): Pick<HostHandlers, "fs.watch"> {
  const { driver } = system;
  const { filesystem } = driver;
  const watched = new WatchedPaths();
  return {
    *"fs.watch"(attempt, path) {
      const target = yield* system.reach(attempt, {
        path,
        follow: true,
        op: "read",
        // Who watches a directory hears the names in it.
        ops: ({ stat }) => (stat?.type === "directory" ? ["read", "readdir"] : ["read"]),
      });
      requireStat(target);
      if (filesystem.watch === undefined) throw new CallFailure("ENOSYS");
      streams.assertRoom();
      const changes = new ChangeStream(watched.enter(target.path));
      try {
        // An answer that comes when its guest is gone has no owner: what was destroyed closes it.
        const adopt = (answer: unknown): void => changes.follow(checkWatch(answer));
        const watching = driver.ask("watch", () => filesystem.watch?.(target.path, changes.take), adopt);
        yield* attempt.settle(watching);
      } catch (error) {
        changes.destroy();
        throw error;
      }
      return streams.add(changes, driver.name);
    },
  };
}
