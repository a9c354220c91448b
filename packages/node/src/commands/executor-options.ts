import { statSync } from "node:fs";
import { VivariumError } from "@vivarium/core";
import { integer, type OptionRules, readOptions, texts, variables } from "../option-rule.ts";
import type { DirectoryMapping } from "./host-directory.ts";

/** How {@link createCommandExecutor} runs commands. */
export interface CommandExecutorOptions {
  /**
   * Where commands run: a directory of the host, whatever the guest's is, or one for each of some of its directories
   * (`{ "/workspace": "/srv/project" }`), which stand for all beneath them. A path of a guest names nothing of the host by itself: elsewhere a
   * command fails with `ENOENT`. Absolute. Links beneath a directory may not lead out of it.
   */
  readonly cwd: string | Readonly<Record<string, string>>;
  /**
   * The directories of the host in which commands are looked for that a guest calls by a name; also the `PATH` of all commands. Absolute.
   *
   * @default ["/usr/local/bin", "/usr/bin", "/bin"]
   */
  readonly path?: readonly string[];
  /** Variables that every command gets, whatever its guest passes. @default {} */
  readonly env?: Readonly<Record<string, string>>;
  /**
   * Variables that a guest may pass although they are refused by default, since some program loads code, starts another
   * or writes files by them (`NODE_OPTIONS`), or left out, since they name places (`HOME`). A name that ends in `*` stands
   * for all that begin so. The `env` check decides about them as about any other.
   *
   * @default []
   */
  readonly allowVariables?: readonly string[];
  /** Commands at a time, of all guests; one more fails with `EAGAIN`. @default 32 */
  readonly maxCommands?: number;
  /** Processes that a command may have at a time, itself among them; with more all of them are ended. Linux only. @default 64 */
  readonly maxProcesses?: number;
  /** Bytes that a command may write to stdout and stderr together before it is ended. @default 67108864 (64 MiB) */
  readonly outputLimitBytes?: number;
  /** How long a command may take before it is ended, in milliseconds; its run ends it in any case. @default 600000 */
  readonly timeLimitMs?: number;
}

/** The options, each with a value, checked and copied. */
export interface ResolvedExecutorOptions {
  readonly directories: DirectoryMapping;
  readonly path: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly allowVariables: readonly string[];
  readonly maxCommands: number;
  readonly maxProcesses: number;
  readonly outputLimitBytes: number;
  readonly timeLimitMs: number;
}

const rules: OptionRules = {
  cwd: { wanted: "a directory, or one by each of a guest's", read: readDirectories },
  path: texts,
  env: variables,
  allowVariables: texts,
  maxCommands: integer(1),
  maxProcesses: integer(1),
  outputLimitBytes: integer(1),
  timeLimitMs: integer(1),
};

const defaults = {
  path: ["/usr/local/bin", "/usr/bin", "/bin"],
  env: {},
  allowVariables: [],
  maxCommands: 32,
  maxProcesses: 64,
  outputLimitBytes: 64 * 1024 * 1024,
  timeLimitMs: 600_000,
};

const where = "createCommandExecutor(options)";
/** Node's timers take no more. */
const LONGEST_TIME_MS = 2 ** 31 - 1;

/** @throws {VivariumError} `ERR_INVALID_OPTION`, `ERR_UNKNOWN_OPTION` */
export function resolveExecutorOptions(options: unknown): ResolvedExecutorOptions {
  const { cwd, ...given } = readOptions(options, where, rules);
  if (cwd === undefined) throw wrong("cwd", rules["cwd"]?.wanted ?? "", cwd);
  const directories = cwd as DirectoryMapping;
  const resolved = { ...defaults, ...(given as Partial<ResolvedExecutorOptions>), directories };
  for (const place of resolved.path) assertAbsolute("path", place);
  const timeLimitMs = Math.min(resolved.timeLimitMs, LONGEST_TIME_MS);
  return Object.freeze({ ...resolved, timeLimitMs });
}

function readDirectories(cwd: unknown): DirectoryMapping | undefined {
  if (typeof cwd === "string") return assertDirectory("cwd", cwd);
  if (typeof cwd !== "object" || cwd === null || Array.isArray(cwd)) return undefined;
  const directories: Record<string, string> = Object.create(null);
  for (const [guestPath, place] of Object.entries(cwd)) {
    const path = assertAbsolute("cwd", guestPath);
    directories[path.length > 1 ? path.replace(/\/+$/, "") : path] = assertDirectory(
      `cwd[${JSON.stringify(guestPath)}]`,
      place,
    );
  }
  return Object.freeze(directories);
}

function assertAbsolute(option: string, path: unknown): string {
  if (typeof path === "string" && path.startsWith("/") && !path.includes("\0")) return path;
  throw wrong(option, 'an absolute path ("/…")', path);
}

function assertDirectory(option: string, path: unknown): string {
  const place = assertAbsolute(option, path);
  if (statSync(place, { throwIfNoEntry: false })?.isDirectory() === true) return place;
  throw wrong(option, "a directory of the host that exists", path);
}

function wrong(option: string, wanted: string, actual: unknown): VivariumError {
  return new VivariumError("ERR_INVALID_OPTION", { option, wanted, actual });
}
