import { createFileSystemError } from "@vivarium/core";

const unplain = /\/(?:\.{0,2}(?:\/|$))/;

/**
 * Refuses what a driver is never to be given: a path that is not absolute or not normalised, and text that no name of a
 * file can be. The message of a refusal names a path of the guest's.
 *
 * @throws a `TypeError` (`ERR_INVALID_ARG_TYPE`) for what is no string; a `FileSystemError` with `EINVAL`
 */
export function assertPath(path: unknown): asserts path is string {
  if (typeof path !== "string") {
    throw Object.assign(new TypeError(`The path must be a string, not ${path === null ? "null" : typeof path}`), {
      code: "ERR_INVALID_ARG_TYPE",
    });
  }
  if (path === "/") return;
  if (path.charCodeAt(0) !== 47 || unplain.test(path)) {
    throw createFileSystemError("EINVAL", { path, reason: "paths are absolute and normalised" });
  }
  assertText(path);
}

/** Refuses text with NUL, or with half a surrogate pair: no file can have such a name. */
export function assertText(text: string): void {
  if (typeof text !== "string" || text.includes("\0") || !text.isWellFormed()) {
    throw createFileSystemError("EINVAL", { reason: "paths are well-formed text without NUL" });
  }
}

/** The directory of a path; `/` for `/`. */
export function parentOf(path: string): string {
  const slash = path.lastIndexOf("/");
  return slash <= 0 ? "/" : path.slice(0, slash);
}

/** The last component of a path; empty for `/`. */
export function nameOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

export function childOf(directory: string, name: string): string {
  return directory === "/" ? `/${name}` : `${directory}/${name}`;
}

/** Whether `path` is `directory` or lies beneath it. */
export function isWithin(path: string, directory: string): boolean {
  return path === directory || directory === "/" || path.startsWith(`${directory}/`);
}
