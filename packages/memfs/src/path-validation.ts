import { Buffer } from "node:buffer";
import { createFileSystemError } from "@vivarium/core";

/** Bytes of one name, as on every common filesystem. */
export const nameLimitBytes: number = 255;
/** Bytes of a whole path or of the target of a link: Linux's `PATH_MAX` less its NUL. */
export const pathLimitBytes: number = 4095;

/** A byte of UTF-16 becomes at most three of UTF-8, so short strings need no measuring. */
const widestUnit = 3;

const unnormalised = /\/\/|\/\.{1,2}(?:\/|$)/;

/** Whether `text` takes more than `limit` bytes as UTF-8. */
export function isLongerThan(text: string, limit: number): boolean {
  return text.length * widestUnit > limit && (text.length > limit || Buffer.byteLength(text) > limit);
}

/**
 * Refuses what the contract forbids: a path that is not absolute or not normalised, or one that is no text for a
 * filesystem (NUL, half a surrogate pair: two such names could mean one file elsewhere and two here).
 *
 * @throws a `TypeError` (`ERR_INVALID_ARG_TYPE`) for what is no string; `EINVAL`; `ENAMETOOLONG`
 */
export function assertPath(path: string, syscall: string): void {
  if (typeof path !== "string") {
    throw createTypeError(`Cannot ${syscall}: the path must be a string, not ${path === null ? "null" : typeof path}`);
  }
  if (path === "/") return;
  if (path.charCodeAt(0) !== 47) throw createFileSystemError("EINVAL", { syscall, path, reason: "paths are absolute" });
  if (path.endsWith("/") || unnormalised.test(path)) {
    throw createFileSystemError("EINVAL", { syscall, path, reason: "paths are normalised" });
  }
  assertText(path, syscall, path);
  if (isLongerThan(path, pathLimitBytes)) throw createFileSystemError("ENAMETOOLONG", { syscall, path });
}

/** What a call with an argument of the wrong type throws: as Node's own `fs` does, with its code. */
export function createTypeError(message: string): TypeError & { readonly code: "ERR_INVALID_ARG_TYPE" } {
  return Object.assign(new TypeError(message), { code: "ERR_INVALID_ARG_TYPE" as const });
}

/** Refuses text that cannot be stored in a filesystem. */
export function assertText(text: string, syscall: string, path: string): void {
  if (typeof text !== "string") throw createTypeError(`Cannot ${syscall}: a string is needed, not ${typeof text}`);
  if (text.includes("\0") || !text.isWellFormed()) {
    throw createFileSystemError("EINVAL", { syscall, path, reason: "paths are well-formed text without NUL" });
  }
}
