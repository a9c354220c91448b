import type { SystemCallName, SystemCallScalar } from "@vivarium/core";
import { FIRST_REST } from "./long-answer.ts";

const STREAM_FDS_MAX = 2;
/** Numbers from here on, up to {@link FIRST_REST}, are those of open devices that stand for a stream: no open file has one. */
export const FIRST_WAITING: number = 2 ** 28;

/**
 * Whether a call reads or writes a standard stream, be it by a device that was opened: it may wait for someone else, which
 * must not hold up files.
 */
export function isStreamCall(name: SystemCallName, args: readonly SystemCallScalar[]): boolean {
  if (name !== "fs.read" && name !== "fs.readRest" && name !== "fs.write") return false;
  const [fd] = args;
  if (typeof fd !== "number") return false;
  return (fd >= 0 && fd <= STREAM_FDS_MAX) || (fd >= FIRST_WAITING && fd < FIRST_REST);
}
