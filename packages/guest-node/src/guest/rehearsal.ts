import type { GuestConfig } from "@vivarium/core";
import type { BootedGuest } from "./boot.ts";
import { createEnvironment } from "./node-process.ts";
import { prepareExecution } from "./program.ts";
import { completeSnapshot, reopenSnapshot } from "./start-up-snapshot.ts";

/** Nobody's program. */
const NEUTRAL: GuestConfig = {
  argv: ["/node", "/main.js"],
  execArgv: [],
  execPath: "/node",
  env: {},
  cwd: "/",
  platform: "linux",
  arch: "x64",
  version: "",
  pid: 1,
  ppid: 0,
  uid: 1,
  gid: 1,
  cols: 80,
  rows: 24,
  os: { type: "", release: "", version: "", hostname: "", homedir: "/", tmpdir: "/", platform: "linux", arch: "x64" },
  options: {},
};

/**
 * Prepares for a program that never comes, as Node does it when it builds a start-up snapshot: what the real preparation
 * then finds compiled and warm is half of a short run.
 */
export function rehearse(booted: BootedGuest): void {
  const { guest } = booted;
  reopenSnapshot(guest.snapshot);
  booted.configure(NEUTRAL);
  guest.process["env"] = createEnvironment(guest);
  prepareExecution(guest);
  completeSnapshot(guest.snapshot);
}
