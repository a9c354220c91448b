import type { ExecutionReport } from "../contracts/runtime-driver.ts";
import { VivariumError } from "../errors/vivarium-error.ts";
import { decodeInertInSlices } from "../inert/decode-inert.ts";
import type { Limits } from "../limits/limits.ts";
import type { Outcome } from "../outcome/outcome.ts";
import { type ExecResult, errorMessageOf, type RunResult } from "../outcome/run-result.ts";

/**
 * Turns the report of a runtime driver into a result.
 *
 * @throws VivariumError `ERR_DRIVER_ANSWER` for what is no report
 */
export function toExecResult(report: ExecutionReport, driver: string): ExecResult {
  const outcome: unknown = typeof report === "object" && report !== null ? report.outcome : undefined;
  if (typeof outcome !== "object" || outcome === null || !Number.isInteger(Reflect.get(outcome, "code"))) {
    const wanted = "a report with an outcome";
    throw new VivariumError("ERR_DRIVER_ANSWER", { driver, method: "execute", wanted, actual: report });
  }
  return resultOf(outcome as Outcome);
}

/** {@link toExecResult} with the exports decoded; bytes that are no encoding end in the outcome `crashed`. */
export async function toRunResult<T>(
  report: ExecutionReport,
  driver: string,
  { resultLimitBytes }: Pick<Limits, "resultLimitBytes">,
): Promise<RunResult<T>> {
  const result = toExecResult(report, driver);
  if (report.exports === undefined || result.outcome.kind !== "returned") return result;
  try {
    const { value } = await decodeInertInSlices(report.exports, { limitBytes: resultLimitBytes });
    return { ...result, exports: value as T };
  } catch (error) {
    const problem = error instanceof Error ? error.message : "unknown";
    return resultOf({ kind: "crashed", code: 1, errorMessage: `The cell sent malformed exports: ${problem}` });
  }
}

export function resultOf(outcome: Outcome): ExecResult {
  const errorMessage = errorMessageOf(outcome);
  const { code } = outcome;
  return errorMessage === undefined ? { code, outcome } : { code, errorMessage, outcome };
}
