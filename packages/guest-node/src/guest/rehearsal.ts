import { encodeInert, type GuestConfig } from "@vivarium/core";
import type { BootedGuest } from "./boot.ts";
import type { Guest } from "./guest.ts";
import { createEnvironment } from "./node-process.ts";
import { dictionary } from "./past-prototypes.ts";
import { StringPrototypeRepeat } from "./primordial.ts";
import type { Program } from "./program.ts";
import { completeSnapshot, reopenSnapshot } from "./start-up-snapshot.ts";

/** Nobody's program. */
const NEUTRAL: GuestConfig = {
  profile: "node",
  argv: ["/node", "/main.js"],
  execArgv: [],
  execPath: "/node",
  env: {},
  modules: [],
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

/** Longer than any name may be: no program is in that folder, of which the loaders remember what they have looked up. */
const NOBODYS_FILE = `/${StringPrototypeRepeat("-", 256)}/main.js`;

/**
 * Runs an empty program, before there is any, as Node does it when it builds a start-up snapshot: what the real one then
 * finds compiled and warm is most of a short run. Nothing stays of it that a program could see.
 */
export function rehearse({ guest, configure }: BootedGuest, program: Program): void {
  reopenSnapshot(guest.snapshot);
  configure(NEUTRAL);
  guest.process["env"] = createEnvironment(guest);
  undone(guest, () => {
    program.prepare();
    return program.enter("", NOBODYS_FILE);
  });
  encodeInert(RESULT, { predicates: guest.native.types, limitBytes: RESULT_LIMIT_BYTES });
  completeSnapshot(guest.snapshot);
}

/** A little of what programs export. */
const RESULT = { text: "text", list: [1, true, null, undefined], nested: { map: new Map([["key", new Date(0)]]) } };
const RESULT_LIMIT_BYTES = 1024 * 1024;

interface CommonJsLoader extends Record<string, unknown> {
  readonly Module: { _cache: object; _pathCache: object; readonly prototype: { readonly require: { main?: unknown } } };
}

/** Takes back what a program's start leaves in the library. */
function undone({ library, process }: Guest, start: () => () => void): void {
  const { Module } = library.require("internal/modules/cjs/loader") as CommonJsLoader;
  const { _cache, _pathCache } = Module;
  Module._cache = dictionary();
  Module._pathCache = dictionary();
  const forget = start();
  forget();
  Module._cache = _cache;
  Module._pathCache = _pathCache;
  delete process["mainModule"];
  delete Module.prototype.require.main;
  // The library asserts that it prepares for the first program.
  library.require("internal/modules/helpers")["hasStartedUserCJSExecution"] = () => false;
  // Its loader goes on with the conditions for exports that it began with, and knows them by their identity.
  library.require("internal/modules/esm/utils")["initializeESM"] = () => undefined;
}
