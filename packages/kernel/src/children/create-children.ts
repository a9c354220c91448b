import type { Loopback } from "../network/loopback.ts";
import type { HostStreams } from "../streams/host-streams.ts";
import type { HostRun } from "../system-calls/host-run.ts";
import { Children } from "./children.ts";
import { GuestStarts } from "./guest-start.ts";
import { ownStreams, type Serve } from "./own-streams.ts";

/** What of one guest's world its children have to do with. */
export interface ChildrenWorld {
  /** The guest's working directory. */
  readonly cwd: () => string;
  readonly streams: HostStreams;
  readonly loopback: Loopback;
  readonly serve: Serve;
}

/** Makes who keeps the children of one guest. */
export function createChildren(run: HostRun, { cwd, streams, loopback, serve }: ChildrenWorld): Children {
  const { systemDriver, execution, role, onDiagnostic } = run;
  const { commands, permissions, processConfig } = systemDriver;
  return new Children({
    executor: commands,
    check: permissions.childProcess,
    envCheck: permissions.env,
    given: { ...processConfig.env, ...execution.env },
    guests: new GuestStarts(run, loopback),
    processConfig,
    pid: role?.pid ?? processConfig.pid ?? 1,
    limits: execution.limits,
    own: ownStreams(serve),
    cwd,
    streams,
    room: loopback.room,
    onDiagnostic,
  });
}
