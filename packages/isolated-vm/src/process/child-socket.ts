import type { ChildProcess } from "node:child_process";
import { Socket } from "node:net";

/** The host's end of a pipe to a child; undefined where the host has no descriptors left, and there is no child. */
export function childSocket(child: ChildProcess, descriptor: number): Socket | undefined {
  // Node leaves it out then, whatever the type says.
  const pipes: ChildProcess["stdio"] | undefined = child.stdio;
  const stream = pipes?.[descriptor];
  if (stream === undefined || stream instanceof Socket) return stream;
  throw new TypeError("A pipe to a child process is expected to be a socket");
}
