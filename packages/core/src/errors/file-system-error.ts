import { type ErrnoCode, errnoTable } from "./errno.table.ts";

/** What a {@link FileSystemError} tells beside its code. Paths are those that the guest knows, never the host's. */
export interface FileSystemErrorDetail {
  /** The call that failed, e.g. `open`. */
  readonly syscall?: string;
  readonly path?: string;
  /** The second path of a call that takes two. */
  readonly dest?: string;
  /** Why: what a permission check said, or which limit was reached. Appended to the message, and told to the guest. */
  readonly reason?: string;
  readonly cause?: unknown;
}

/**
 * A failure of the operating system in the shape that Node gives it:
 * `ENOENT: no such file or directory, open '/a.txt'`.
 *
 * Filesystem drivers throw it; the kernel accepts any error whose `code` is a POSIX name just as well.
 */
export class FileSystemError extends Error {
  readonly code: ErrnoCode;
  /** The negative number of {@link code} on Linux. */
  readonly errno: number;
  declare readonly syscall?: string;
  declare readonly path?: string;
  declare readonly dest?: string;
  declare readonly reason?: string;

  constructor(code: ErrnoCode, detail: FileSystemErrorDetail = {}) {
    super(messageOf(code, detail), "cause" in detail ? { cause: detail.cause } : undefined);
    this.code = code;
    this.errno = errnoTable[code].errno;
    if (detail.syscall !== undefined) this.syscall = detail.syscall;
    if (detail.path !== undefined) this.path = detail.path;
    if (detail.dest !== undefined) this.dest = detail.dest;
    if (detail.reason !== undefined) this.reason = detail.reason;
  }
}

/** Makes a {@link FileSystemError}: `throw createFileSystemError("ENOENT", { syscall: "open", path })`. */
export function createFileSystemError(code: ErrnoCode, detail?: FileSystemErrorDetail): FileSystemError {
  return new FileSystemError(code, detail);
}

function messageOf(code: ErrnoCode, { syscall, path, dest, reason }: FileSystemErrorDetail): string {
  let message = `${code}: ${errnoTable[code].message}`;
  if (syscall !== undefined) message += `, ${syscall}`;
  if (path !== undefined) message += `${syscall === undefined ? "," : ""} '${path}'`;
  if (dest !== undefined) message += ` -> '${dest}'`;
  return reason === undefined ? message : `${message} (${reason})`;
}
