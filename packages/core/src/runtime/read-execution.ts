import type { GuestProfile } from "../contracts/guest-profile.ts";
import type { Execution, UnhandledRejections } from "../contracts/runtime-driver.ts";
import type { SystemDriver } from "../contracts/system-driver.ts";
import { VivariumError } from "../errors/vivarium-error.ts";
import type { Limits } from "../limits/limits.ts";
import { limitNames, resolveLimits } from "../limits/resolve-limits.ts";
import type { ProvidedModule } from "../modules/provided-module.ts";
import { readModules } from "../modules/read-modules.ts";
import {
  invalid,
  optional,
  readAbsolutePath,
  readEnv,
  readFilePath,
  readFunction,
  readOptions,
  readSignal,
  readStrings,
} from "../options/validate-options.ts";
import { readStdin } from "./read-stdin.ts";

/** The name of a program for which none is given. Of Node's it is CommonJS or an ES module, as its syntax says. */
const DEFAULT_FILE_PATH = "/entry.js";

export const execOptionNames: readonly string[] = [
  "filePath",
  "env",
  "cwd",
  "argv",
  "stdin",
  "modules",
  "unhandledRejections",
  "onStdio",
  "signal",
  ...limitNames,
];

/** What an execution takes from the runtime when the options of a run do not say it. */
export interface ExecutionDefaults {
  readonly systemDriver: SystemDriver;
  readonly profile: GuestProfile;
  readonly limits: Limits;
  readonly modules: ReadonlyMap<string, ProvidedModule>;
  readonly onStdio: Execution["onStdio"];
}

/**
 * Makes an execution of what an embedder passed to `run` or `exec`.
 *
 * @throws VivariumError `ERR_INVALID_PROGRAM`, `ERR_INVALID_OPTION`, `ERR_UNKNOWN_OPTION`, `ERR_INVALID_LIMIT`,
 * `ERR_INVALID_MODULE`
 */
export function readExecution(
  mode: Execution["mode"],
  code: unknown,
  options: unknown,
  defaults: ExecutionDefaults,
): Execution {
  if (typeof code !== "string") {
    throw new VivariumError("ERR_INVALID_PROGRAM", {
      part: "the program",
      wanted: "a string of source code",
      actual: code,
    });
  }
  const given = readOptions(options, `${mode}()`, execOptionNames);
  if (defaults.profile !== "node") refuseOfNode(given, defaults.profile);
  const processConfig = defaults.profile === "node" ? defaults.systemDriver.processConfig : {};
  const onStdio =
    optional(given.onStdio, readFunction<NonNullable<Execution["onStdio"]>>("onStdio")) ?? defaults.onStdio;
  const signal = optional(given.signal, readSignal);
  const unhandledRejections = optional(given["unhandledRejections"], readUnhandledRejections);
  return {
    code,
    mode,
    profile: defaults.profile,
    filePath: optional(given.filePath, readFilePath) ?? DEFAULT_FILE_PATH,
    argv: readStrings("argv")(given.argv ?? processConfig.argv ?? []),
    env: optional(given.env, readEnv) ?? {},
    cwd: readAbsolutePath("cwd")(given.cwd ?? processConfig.cwd ?? "/"),
    stdin: readStdin(given.stdin ?? processConfig.stdin ?? ""),
    modules: given["modules"] === undefined ? defaults.modules : readModules(given["modules"], defaults.modules),
    limits: resolveLimits(given, defaults.limits),
    ...(unhandledRejections === undefined ? {} : { unhandledRejections }),
    ...(onStdio === undefined ? {} : { onStdio }),
    ...(signal === undefined ? {} : { signal }),
  };
}

function readUnhandledRejections(value: unknown): UnhandledRejections {
  return value === "throw" || value === "warn" ? value : invalid("unhandledRejections", '"throw" or "warn"', value);
}

/** What a program finds in `process`, which only Node's have. */
const optionsOfNode = ["argv", "env", "cwd", "stdin"] as const;

function refuseOfNode(given: Readonly<Record<string, unknown>>, profile: GuestProfile): void {
  for (const option of optionsOfNode) {
    const actual = given[option];
    const wanted = `nothing, since a "${profile}" guest has no process`;
    if (actual !== undefined) throw new VivariumError("ERR_INVALID_OPTION", { option, wanted, actual });
  }
}
