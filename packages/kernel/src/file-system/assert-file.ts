import { CallFailure } from "../system-calls/call-failure.ts";

/** Throws what a call that wants content says to what has none, or none that may be waited for. */
export function assertFile(type: string): void {
  if (type === "directory") throw new CallFailure("EISDIR");
  if (type === "fifo" || type === "socket") throw new CallFailure("ENXIO");
  if (type === "symlink") throw new CallFailure("ELOOP");
}
