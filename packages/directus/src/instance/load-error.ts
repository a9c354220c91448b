import { isVivariumError, type Outcome } from "vivarium";
import { ExtensionError } from "../manifest/extension-error.ts";
import { OUT_OF_MEMORY, TIMED_OUT } from "./call-error.ts";

const OTHER_IMPORTS = 'Imports other than "directus:api" are prohibited in API extension sandboxes';

/**
 * Why an extension could not be loaded.
 *
 * @param path what its stacks call its code
 */
export function loadError(error: unknown, extension: string, path: string): unknown {
  if (!isVivariumError(error, "ERR_LOAD_FAILED")) return error;
  const { outcome } = error.detail;
  const message = `Couldn't load "${extension}": ${reasonOf(outcome)}${placeIn(outcome, path)}`;
  return new ExtensionError("ERR_EXTENSION_LOAD", message, { extension, cause: error });
}

function reasonOf(outcome: Outcome): string {
  if (outcome.kind === "cpu-time-limit" || outcome.kind === "wall-time-limit") return TIMED_OUT;
  if (outcome.kind === "out-of-memory" || outcome.kind === "process-memory-limit") return OUT_OF_MEMORY;
  const text = "errorMessage" in outcome ? outcome.errorMessage : outcome.kind;
  if (/Cannot find module .*: a source module imports/.test(text)) return `${OTHER_IMPORTS} (${text})`;
  if (/\b(?:require|module|exports) is not defined/.test(text))
    return `${text}: it is no ES module, which is what can be loaded`;
  return text;
}

/** The first line of the extension's code that a stack names: a program makes it say what it likes. */
function placeIn(outcome: Outcome, path: string): string {
  const stack = outcome.kind === "threw" ? (outcome.stack ?? "") : "";
  const at = stack.indexOf(`${path}:`);
  const place = at < 0 ? undefined : /^:\d{1,9}(?::\d{1,9})?/.exec(stack.slice(at + path.length))?.[0];
  return place === undefined ? "" : ` [${path}${place}]`;
}
