import type { CommandResult, ResolvedCommand } from "@vivarium/core";
import { CallFailure } from "../system-calls/call-failure.ts";
import { type OnDiagnostic, reportFault } from "../system-calls/report-fault.ts";

interface Asked {
  readonly driver: string;
  readonly onDiagnostic: OnDiagnostic;
}

/** @throws {CallFailure} `EIO` for what is no answer, of which the embedder hears */
export function readCommandResult(answer: unknown, { driver, onDiagnostic }: Asked): CommandResult {
  const { code, signal, limit } = Object(answer) as { code?: unknown; signal?: unknown; limit?: unknown };
  const hasCode = Number.isInteger(code) && (signal === null || signal === undefined);
  const hasSignal = typeof signal === "string" && (code === null || code === undefined);
  const hasLimit = limit === undefined || limit === "output" || limit === "time" || limit === "processes";
  if ((hasCode || hasSignal) && hasLimit) {
    const end = hasCode ? { code: Number(code), signal: null } : { code: null, signal: String(signal) };
    return limit === undefined ? end : { ...end, limit };
  }
  const wanted = "{ code, signal }, one of them null";
  reportFault(onDiagnostic, "ERR_DRIVER_ANSWER", { driver, method: "run", wanted, actual: answer });
  throw new CallFailure("EIO");
}

/**
 * What an executor says of a command: the same object, since it may know it again.
 * @throws {CallFailure} `EIO` for what is no answer, of which the embedder hears
 */
export function readResolvedCommand(answer: unknown, { driver, onDiagnostic }: Asked): ResolvedCommand {
  const { file, interpreter, directory, env, shell } = Object(answer) as Record<keyof ResolvedCommand, unknown>;
  const isPath = (path: unknown): boolean => typeof path === "string" && path.startsWith("/");
  const isAnswer =
    isPath(file) &&
    (interpreter === undefined || isPath(interpreter)) &&
    (directory === undefined || isPath(directory)) &&
    (env === undefined || isVariables(env)) &&
    (shell === undefined || typeof shell === "boolean");
  if (isAnswer) return answer as ResolvedCommand;
  const wanted = "{ file, interpreter, directory, env, shell }, the first three absolute paths";
  reportFault(onDiagnostic, "ERR_DRIVER_ANSWER", { driver, method: "resolve", wanted, actual: answer });
  throw new CallFailure("EIO");
}

function isVariables(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  return Object.values(value).every((variable) => typeof variable === "string");
}
