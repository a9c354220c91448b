import type { OsConfig, ProcessConfig } from "@vivarium/core";
import {
  absolutePath,
  content,
  flag,
  integer,
  type OptionRule,
  oneOf,
  text,
  texts,
  time,
  variables,
  version,
} from "./option-rule.ts";

/** What each field of `processConfig` may be. */
export const processConfigRules: { readonly [Field in keyof ProcessConfig]-?: OptionRule } = {
  env: variables,
  cwd: absolutePath,
  argv: texts,
  execPath: absolutePath,
  platform: text,
  arch: text,
  version,
  pid: integer(1),
  ppid: integer(0),
  uid: integer(0),
  gid: integer(0),
  stdin: content,
  stdinIsTTY: flag,
  stdoutIsTTY: flag,
  stderrIsTTY: flag,
  cols: integer(1),
  rows: integer(1),
  timingMitigation: oneOf("off", "freeze"),
  frozenTimeMs: time,
};

/** What each field of `osConfig` may be. */
export const osConfigRules: { readonly [Field in keyof OsConfig]-?: OptionRule } = {
  platform: text,
  arch: text,
  type: text,
  release: text,
  version: text,
  homedir: absolutePath,
  tmpdir: absolutePath,
  hostname: text,
};
