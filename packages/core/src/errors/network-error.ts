import { type ErrnoCode, errnoTable } from "./errno.table.ts";

/** What a {@link NetworkError} tells beside its code. */
export interface NetworkErrorDetail {
  /** The call that failed, e.g. `connect`. */
  readonly syscall?: string;
  /** Why. Appended to the message, and told to the guest: name nothing of the host in it. */
  readonly reason?: string;
  readonly cause?: unknown;
}

/**
 * A failure of the network in the shape that Node gives it: `connect ECONNREFUSED`.
 *
 * Network adapters throw it; the kernel accepts any error whose `code` is a POSIX name just as well.
 */
export class NetworkError extends Error {
  override readonly name = "NetworkError";
  readonly code: ErrnoCode;
  /** The negative number of {@link code} on Linux. */
  readonly errno: number;
  declare readonly syscall?: string;
  declare readonly reason?: string;

  constructor(code: ErrnoCode, { syscall, reason, ...detail }: NetworkErrorDetail = {}) {
    const what = syscall === undefined ? code : `${syscall} ${code}`;
    super(reason === undefined ? what : `${what} (${reason})`, detail);
    this.code = code;
    this.errno = errnoTable[code].errno;
    if (syscall !== undefined) this.syscall = syscall;
    if (reason !== undefined) this.reason = reason;
  }
}
