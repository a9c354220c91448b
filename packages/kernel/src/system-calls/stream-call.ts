import type { SystemCallName, SystemCallScalar } from "@vivarium/core";

const STREAM_FDS_MAX = 2;

/** Whether a call reads or writes a standard stream: it may wait for someone else, which must not hold up files. */
export function isStreamCall(name: SystemCallName, args: readonly SystemCallScalar[]): boolean {
  if (name !== "fs.read" && name !== "fs.readRest" && name !== "fs.write") return false;
  const [fd] = args;
  return typeof fd === "number" && fd >= 0 && fd <= STREAM_FDS_MAX;
}
