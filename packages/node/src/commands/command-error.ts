import type { ErrnoCode } from "@vivarium/core";

/** Why a command is not started, as a guest may know it. */
export class CommandError extends Error {
  override readonly name = "CommandError";
  readonly code: ErrnoCode;
  /** Shown to the guest: no path of the host. */
  readonly reason: string | undefined;

  constructor(code: ErrnoCode, reason?: string) {
    super(reason === undefined ? code : `${code}: ${reason}`);
    this.code = code;
    this.reason = reason;
  }
}

/** The error for the guest of what a call of the host's filesystem has thrown: its code alone. */
export function asCommandError(error: unknown): unknown {
  const code: unknown = error instanceof Error ? Reflect.get(error, "code") : undefined;
  switch (code) {
    case "ENOENT":
    case "ENOTDIR":
    case "EACCES":
    case "ELOOP":
    case "ENAMETOOLONG":
    case "EMFILE":
    case "ENFILE":
      return new CommandError(code);
    default:
      return error;
  }
}
