import type { Guest } from "../guest.ts";
import { setOwn } from "../past-prototypes.ts";
import type { StreamCore } from "../streams/stream-core.ts";
import { EndedPipe } from "./ended-pipe.ts";
import { explainFailure } from "./explain-failure.ts";
import type { StdioOption, StdioTarget } from "./spawn-options.ts";

const UV_ENOENT = -2;
const UV_EAGAIN = -11;
const UV_EACCES = -13;
const UV_ENFILE = -23;
const UV_EMFILE = -24;

/** A child that could not be started. */
export interface RefusedChild {
  /** The library's object for it. */
  readonly owner: object | undefined;
  /** A negative errno, and why. */
  readonly status: number;
  readonly reason: string | undefined;
  readonly stdio: readonly StdioOption[];
  readonly targets: readonly StdioTarget[];
}

/** Answers what the library is to make an error of, which then says why. Its pipes have come to their ends. */
export function refuseChild(core: StreamCore, { owner, status, reason, stdio, targets }: RefusedChild): number {
  const { guest } = core;
  if (!isToldLater(status) && reason !== undefined) throw spawnError(guest, status, reason);
  explainFailure(owner, reason);
  for (let index = 0; index < stdio.length; index++) {
    const wish = targets[index]?.wish;
    const handle = stdio[index]?.handle;
    if ((wish === "pipe" || wish === "ipc") && handle !== undefined) core.attach(handle, new EndedPipe(guest.loop));
  }
  return status;
}

/** Whether the library emits an error, and does not throw it. */
function isToldLater(status: number): boolean {
  switch (status) {
    case UV_EACCES:
    case UV_EAGAIN:
    case UV_EMFILE:
    case UV_ENFILE:
    case UV_ENOENT:
      return true;
    default:
      return false;
  }
}

/** The library's own, which would not say why. */
function spawnError(guest: Guest, status: number, reason: string): Error {
  const code = guest.errors.name(status);
  const error = new Error(`spawn ${code} (${reason})`);
  setOwn(error, "errno", status);
  setOwn(error, "code", code);
  setOwn(error, "syscall", "spawn");
  return error;
}
