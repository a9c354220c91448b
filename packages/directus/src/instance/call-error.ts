import { isVivariumError, type Outcome } from "vivarium";
import { assertExpanse } from "../api/expanse.ts";
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
      return error.cause === undefined ? untold(error.detail.problem) : thrown(error.cause);
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

/** What was thrown could not be copied, but for its words; `undefined` is a word, too. */
function untold(problem: string): unknown {
  if (problem === "undefined") return undefined;
  const [, name = "Error", message = problem] = /^(\w*Error): (.*)$/s.exec(problem) ?? [];
  return madeHere(Object.assign(new Error(message), { name }));
}

/** Its stack is no more than its words: where the host has made it is nobody's affair. */
function madeHere(error: Error): Error {
  return Object.defineProperty(error, "stack", { value: `${error.name}: ${error.message}` });
}

/** How much a property of an error may say. */
const DETAIL_EXPANSE = { values: 10_000, characters: 2 ** 20 };
/** What frameworks of HTTP heed of an error is not for an extension to say, but for a status. */
const NOT_ITS_OWN: readonly string[] = ["__proto__", "headers", "message", "stack", "then"];

/**
 * As it was thrown: an error with its class and what it says besides; text and numbers as they are. Of an object without a
 * message there is nothing to tell.
 */
function thrown(cause: unknown): unknown {
  if (typeof cause !== "object" || cause === null) return cause;
  if (cause instanceof Error) return withDetails(cause, takeDetails(cause));
  const { message } = cause as { readonly message?: unknown };
  if (typeof message !== "string")
    return new Error("An object was thrown that is not an instance of `Error`", { cause });
  return madeHere(withDetails(new Error(message), { ...cause }));
}

/** What an error has of its own beside what errors have. */
function takeDetails(error: Error): object {
  const details = { ...error };
  for (const name of Object.keys(error)) Reflect.deleteProperty(error, name);
  return details;
}

function withDetails(error: Error, details: object): Error {
  const own = Object.entries(details).filter(([name, value]) => !NOT_ITS_OWN.includes(name) && isShort(value));
  return Object.assign(error, Object.fromEntries(own));
}

function isShort(value: unknown): boolean {
  try {
    assertExpanse(value, DETAIL_EXPANSE);
    return true;
  } catch {
    return false;
  }
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
