import { errnoCodeOfError, guestReason } from "@vivarium/core";
import { CallFailure } from "../system-calls/call-failure.ts";
import { type OnDiagnostic, reportFault } from "../system-calls/report-fault.ts";

/** What of a driver has failed. */
export interface FailedCall {
  readonly driver: string;
  readonly method: string;
  readonly onDiagnostic: OnDiagnostic;
}

/** What a guest is told of an error of an embedder's code: its POSIX code and its reason. Of any other the embedder hears. */
export function streamFailure(error: unknown, { driver, method, onDiagnostic }: FailedCall): CallFailure {
  if (error instanceof CallFailure) return error;
  const code = errnoCodeOfError(error);
  if (code === undefined) {
    reportFault(onDiagnostic, "ERR_DRIVER_THREW", { driver, method }, error);
    return new CallFailure("EIO");
  }
  return new CallFailure(code, reasonOf(error));
}

function reasonOf(error: unknown): string | undefined {
  try {
    return guestReason(Reflect.get(Object(error), "reason"));
  } catch {
    return undefined;
  }
}
