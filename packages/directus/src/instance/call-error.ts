import { isVivariumError, type Outcome } from "vivarium";
import { ExtensionError } from "../manifest/extension-error.ts";

/** The texts by which hosts of Directus know these. */
export const TIMED_OUT = "Script execution timed out.";
export const OUT_OF_MEMORY = "Isolate was disposed during execution due to memory limit";
const DISPOSED = "Isolate is disposed";

/**
 * What a caller gets of a call that has failed: what the handler threw, made anew here, or an error that says what kept it
 * from answering.
 *
 * @param outcome how the guest has ended, where it has
 */
export function callError(error: unknown, extension: string, outcome: Outcome | undefined): unknown {
  if (!isVivariumError(error, "ERR_CALL_FAILED")) return error;
  const { reason } = error.detail;
  switch (reason) {
    case "threw":
      return thrown(error.cause);
    case "unexportable":
      return new TypeError(`A value of "${extension}" could not be cloned. ${error.message}`);
    case "timeout":
    case "cpu-time-limit":
      return new Error(TIMED_OUT, { cause: error });
    case "ended":
      return ended(error, extension, outcome);
    default:
      return error;
  }
}

/**
 * As it was thrown: an error with its class and what it says besides; text and numbers as they are. Of an object without a
 * message there is nothing to tell.
 */
function thrown(cause: unknown): unknown {
  if (typeof cause !== "object" || cause === null || cause instanceof Error) return cause;
  const { message } = cause as { readonly message?: unknown };
  if (typeof message !== "string")
    return new Error("An object was thrown that is not an instance of `Error`", { cause });
  return Object.assign(new Error(message), cause);
}

function ended(error: Error, extension: string, outcome: Outcome | undefined): Error {
  if (outcome?.kind === "out-of-memory" || outcome?.kind === "process-memory-limit")
    return new Error(OUT_OF_MEMORY, { cause: error });
  if (outcome?.kind === "cpu-time-limit" || outcome?.kind === "wall-time-limit")
    return new Error(TIMED_OUT, { cause: error });
  if (outcome?.kind === "aborted") {
    return new ExtensionError("ERR_EXTENSION_UNLOADED", DISPOSED, { extension, cause: error });
  }
  return error;
}
