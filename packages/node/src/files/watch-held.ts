import fs from "node:fs";
import { createFileSystemError, type FileChange, type FileWatch } from "@vivarium/core";
import { nameOf } from "./guest-path.ts";
import { type HostContext, withHeld } from "./host-context.ts";
import type { Steps } from "./steps.ts";

/**
 * Watches what is at a path, by what the host's operating system has for that. The watch is on what was held, and not on
 * whatever may lie at the path later.
 */
export function* watchHeld(host: HostContext, path: string, listener: (change: FileChange) => void): Steps<FileWatch> {
  return yield* withHeld(host, path, function* ({ way, stats }) {
    if (stats.isSymbolicLink()) throw createFileSystemError("ELOOP", { path });
    if (!stats.isDirectory() && !stats.isFile()) throw createFileSystemError("ENXIO", { path });
    const own = nameOf(path);
    // What happens to a directory itself is told by this name, which none of its entries has.
    const place = stats.isDirectory() ? `${way}/.` : way;
    const tell = (type: string, name: string | null): void => {
      const isItself = !stats.isDirectory() || name === null || name === ".";
      listener({ type: type === "rename" ? "rename" : "change", name: isItself ? own : name });
    };
    const watcher = fs.watch(place, { persistent: false }, tell);
    // Nobody can be told why it tells nothing any more.
    watcher.on("error", () => watcher.close());
    return { close: () => watcher.close() };
  });
}
