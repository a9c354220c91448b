import { DEFAULT_PROFILE, type GuestConfig, UNHANDLED_REJECTIONS } from "@vivarium/core";
import type { ChildRole } from "./children/child-role.ts";
import { readNodeVariables } from "./children/node-arguments.ts";
import { visibleEnvironment } from "./environment.ts";
import type { HostRun } from "./system-calls/host-run.ts";

/** A channel to the parent is the first of a guest's byte streams. */
export const CHANNEL_STREAM = 1;
/** No file is opened by that number before it: the library only asks for one. */
const CHANNEL_FD = 3;

/** What Node's command line would set: for runs of Node's own tests, which ask for it. */
export type GuestFlags = Pick<GuestConfig, "execArgv" | "options">;

/**
 * What a guest is told about itself: the embedder's configuration, filled up with defaults that say nothing about the
 * host, and the variables that the `env` check lets it see.
 */
export async function createGuestConfig(
  { systemDriver, execution, role, onDiagnostic }: HostRun,
  flags: GuestFlags = { execArgv: [], options: {} },
): Promise<GuestConfig> {
  const { execArgv, options } = role?.flags ?? flags;
  const { processConfig, osConfig, permissions } = systemDriver;
  const execPath = processConfig.execPath ?? "/usr/local/bin/node";
  const platform = processConfig.platform ?? osConfig.platform ?? "linux";
  const arch = processConfig.arch ?? osConfig.arch ?? "x64";
  const variables = { ...processConfig.env, ...execution.env };
  const profile = execution.profile ?? DEFAULT_PROFILE;
  // Guests of other profiles have no `process` to find them in.
  const env =
    role?.worker?.env ??
    (profile === "node"
      ? { ...(await visibleEnvironment(variables, permissions.env, onDiagnostic)), ...channelVariables(role) }
      : {});
  return {
    profile,
    // The library keeps the first as `process.argv0`, and puts the path there.
    argv: [role?.argv0 ?? execPath, ...(runsFile(role) ? [execution.filePath] : []), ...execution.argv],
    execArgv,
    execPath,
    env,
    modules: [...(execution.modules?.keys() ?? [])],
    packageRoots: systemDriver.packages?.roots ?? [],
    cwd: execution.cwd,
    platform,
    arch,
    version: processConfig.version ?? process.version,
    pid: role?.pid ?? processConfig.pid ?? 1,
    ppid: role?.ppid ?? processConfig.ppid ?? 0,
    uid: processConfig.uid ?? 1000,
    gid: processConfig.gid ?? 1000,
    cols: processConfig.cols ?? 80,
    rows: processConfig.rows ?? 24,
    os: {
      type: osConfig.type ?? "Linux",
      release: osConfig.release ?? "6.0.0",
      version: osConfig.version ?? "#1",
      hostname: osConfig.hostname ?? "sandbox",
      homedir: osConfig.homedir ?? "/home/user",
      tmpdir: osConfig.tmpdir ?? "/tmp",
      platform: osConfig.platform ?? platform,
      arch: osConfig.arch ?? arch,
    },
    options: {
      ...(role?.worker === undefined && readNodeVariables(env)),
      ...(execution.unhandledRejections !== undefined && { [UNHANDLED_REJECTIONS]: execution.unhandledRejections }),
      ...options,
    },
    ...(role !== undefined && { entry: role.entry }),
    ...(role?.channel !== undefined && { channel: CHANNEL_STREAM }),
    ...(role?.worker !== undefined && { worker: role.worker.identity }),
  };
}

function runsFile(role: ChildRole | undefined): boolean {
  return role === undefined || role.entry === "file" || role.entry === "code";
}

/** By these Node's library knows that there is a channel; it takes them away before a program sees them. */
function channelVariables(role: ChildRole | undefined): Readonly<Record<string, string>> {
  if (role?.channel === undefined) return {};
  const { serialization } = role.channel;
  return { NODE_CHANNEL_FD: String(CHANNEL_FD), NODE_CHANNEL_SERIALIZATION_MODE: serialization };
}
