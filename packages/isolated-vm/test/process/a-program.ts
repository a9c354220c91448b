import type { GuestConfig, Limits } from "@vivarium/core";
import type { CellProgram } from "../../src/channel/host-message.ts";

export const limits: Limits = {
  memoryLimit: 64,
  processOverheadLimit: 256,
  cpuTimeLimitMs: Number.POSITIVE_INFINITY,
  wallTimeLimitMs: Number.POSITIVE_INFINITY,
  outputLimitBytes: 1_000_000,
  resultLimitBytes: 1_000_000,
  openFilesLimit: 64,
  systemCallLimit: Number.POSITIVE_INFINITY,
  systemCallRateLimit: Number.POSITIVE_INFINITY,
  pendingCallsLimit: 10_000,
  timersLimit: 10_000,
  threadsLimit: 16,
};

const text = "x";
const os = {
  type: text,
  release: text,
  version: text,
  hostname: text,
  homedir: "/",
  tmpdir: "/",
  platform: text,
  arch: text,
};
const config: GuestConfig = {
  profile: "node",
  argv: [],
  modules: [],
  execArgv: [],
  env: {},
  execPath: "/node",
  cwd: "/",
  platform: text,
  arch: text,
  version: text,
  pid: 1,
  ppid: 0,
  uid: 0,
  gid: 0,
  cols: 80,
  rows: 24,
  os,
  options: {},
};

/** What a cell is given to run that may not run it at all. */
export const aProgram: CellProgram = {
  code: "",
  filePath: "/entry.js",
  mode: "run",
  config,
  limits,
  frozenTimeMs: undefined,
  replica: { kind: "none" },
  packages: undefined,
};
