import { createFileSystemError, type FileStat } from "@vivarium/core";
import { childOf, parentOf } from "./guest-path.ts";
import { lookFor } from "./look-for.ts";
import type { ResolvedFiles } from "./resolved-files.ts";
import { type Steps, wait } from "./steps.ts";

/** Linux follows so many links in one path. */
const LINKS_MAX = 40;
/** Characters that links may make of a path. */
const PATH_MAX = 65_536;

/**
 * The path that a path leads to, with all its links followed within the same tree: an absolute target begins at its
 * root, and `..` does not lead out of it. What the last component names need not be there.
 *
 * @param last whether a link in the last component is followed as well
 * @param missing whether directories that the path itself names may be missing on the way
 * @throws `ENOENT`, `ENOTDIR`, `ELOOP`, and what the filesystem throws
 */
export function* followLinks(files: ResolvedFiles, path: string, last: boolean, missing = false): Steps<string> {
  const ahead = path.split("/").reverse();
  let current = "/";
  let links = 0;
  /** Components ahead that are of the path itself, and not of a link's target. */
  let own = ahead.length;
  while (ahead.length > 0) {
    const name = ahead.pop() ?? "";
    if (name === "" || name === ".") continue;
    if (name === "..") {
      current = parentOf(current);
      continue;
    }
    const next = childOf(current, name);
    const isLast = ahead.every((rest) => rest === "" || rest === ".");
    if (isLast && !last) return next;
    const stat = yield* lookFor(files, next);
    if (stat?.type === "symlink") {
      links += 1;
      if (links > LINKS_MAX) throw createFileSystemError("ELOOP", { path });
      const target = yield* wait(files.readlink(next));
      if (target.length + ahead.length > PATH_MAX) throw createFileSystemError("ENAMETOOLONG", { path });
      if (target.startsWith("/")) current = "/";
      own = Math.min(own, ahead.length);
      ahead.push(...target.split("/").reverse());
      continue;
    }
    const mayBeMade = missing && stat === undefined && ahead.length < own;
    // A slash behind the last name says that a directory is meant.
    if (ahead.length > 0 && !mayBeMade) assertDirectory(stat, path);
    current = next;
  }
  return current;
}

function assertDirectory(stat: FileStat | undefined, path: string): void {
  if (stat === undefined) throw createFileSystemError("ENOENT", { path });
  if (stat.type !== "directory") throw createFileSystemError("ENOTDIR", { path });
}
