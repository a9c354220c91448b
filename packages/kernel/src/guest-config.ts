import { DEFAULT_PROFILE, type GuestConfig } from "@vivarium/core";
import { visibleEnvironment } from "./environment.ts";
import type { HostRun } from "./system-calls/host-run.ts";

/** What Node's command line would set: for runs of Node's own tests, which ask for it. */
export type GuestFlags = Pick<GuestConfig, "execArgv" | "options">;

/**
 * What a guest is told about itself: the embedder's configuration, filled up with defaults that say nothing about the
 * host, and the variables that the `env` check lets it see.
 */
export async function createGuestConfig(
  { systemDriver, execution, onDiagnostic }: HostRun,
  { execArgv, options }: GuestFlags = { execArgv: [], options: {} },
): Promise<GuestConfig> {
  const { processConfig, osConfig, permissions } = systemDriver;
  const execPath = processConfig.execPath ?? "/usr/local/bin/node";
  const platform = processConfig.platform ?? osConfig.platform ?? "linux";
  const arch = processConfig.arch ?? osConfig.arch ?? "x64";
  const variables = { ...processConfig.env, ...execution.env };
  const profile = execution.profile ?? DEFAULT_PROFILE;
  return {
    profile,
    argv: [execPath, execution.filePath, ...execution.argv],
    execArgv,
    execPath,
    // Guests of other profiles have no `process` to find them in.
    env: profile === "node" ? await visibleEnvironment(variables, permissions.env, onDiagnostic) : {},
    modules: [...(execution.modules?.keys() ?? [])],
    cwd: execution.cwd,
    platform,
    arch,
    version: processConfig.version ?? process.version,
    pid: processConfig.pid ?? 1,
    ppid: processConfig.ppid ?? 0,
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
    options,
  };
}
