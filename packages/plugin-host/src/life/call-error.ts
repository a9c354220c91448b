import { isVivariumError, type Outcome } from "vivarium";
import { type LimitName, PluginError } from "../errors/plugin-error.ts";
import { thrownWords } from "./thrown-words.ts";

/**
 * What whoever has called a plugin is told of a call that failed.
 *
 * @param outcome how the guest has ended, where it has
 */
export function callError(error: unknown, plugin: string, outcome: Outcome | undefined): PluginError {
  if (!isVivariumError(error, "ERR_CALL_FAILED"))
    return failed("ERR_PLUGIN_THREW", "It could not be called", plugin, error);
  const { reason, problem } = error.detail;
  switch (reason) {
    case "threw":
      return failed(
        "ERR_PLUGIN_THREW",
        `It has thrown: ${thrownWords(error.cause, problem)}`,
        plugin,
        error.cause === undefined ? problem : error.cause,
      );
    case "timeout":
      return failed("ERR_PLUGIN_TIMEOUT", "It has not answered in time", plugin, error);
    case "aborted":
      return failed("ERR_PLUGIN_ABORTED", "It was called off", plugin, error);
    case "cpu-time-limit":
      return exceeded("cpu", plugin, error);
    case "result-limit":
      return exceeded("result", plugin, error);
    case "at-capacity":
      return failed("ERR_PLUGIN_BUSY", "Too many calls of it are under way", plugin, error);
    case "ended":
      return endedError(outcome, plugin, error);
    default:
      return failed("ERR_PLUGIN_THREW", `It has given no data: ${error.message}`, plugin, error);
  }
}

/** Why nothing can be asked of a guest any more. */
export function endedError(outcome: Outcome | undefined, plugin: string, cause?: unknown): PluginError {
  const limit = outcome === undefined ? undefined : LIMITS[outcome.kind];
  if (limit !== undefined) return exceeded(limit, plugin, cause);
  if (outcome?.kind === "crashed") return failed("ERR_PLUGIN_DISPOSED", "Its cell has crashed", plugin, cause);
  return failed(
    "ERR_PLUGIN_DISPOSED",
    `Its guest has ended${outcome === undefined ? "" : `: ${outcome.kind}`}`,
    plugin,
    cause,
  );
}

/** The limits by the outcomes that they bring. */
const LIMITS: Readonly<Partial<Record<Outcome["kind"], LimitName>>> = {
  "cpu-time-limit": "cpu",
  "wall-time-limit": "wall",
  "out-of-memory": "memory",
  "process-memory-limit": "memory",
  "result-limit": "result",
  "output-limit": "result",
  "system-call-limit": "calls",
  "system-call-rate-limit": "calls",
  "pending-calls-limit": "calls",
  "timers-limit": "calls",
};

const WORDS: Readonly<Record<LimitName, string>> = {
  memory: "It has used more memory than it may",
  cpu: "It has used more CPU time than it may",
  wall: "It has taken longer than it may",
  result: "It has given more than it may",
  calls: "It has asked its host for more than it may",
};

function exceeded(limit: LimitName, plugin: string, cause: unknown): PluginError {
  return new PluginError("ERR_PLUGIN_LIMIT", WORDS[limit], { plugin, limit, cause });
}

function failed(code: PluginError["code"], message: string, plugin: string, cause: unknown): PluginError {
  return new PluginError(code, message, { plugin, cause });
}
