import type { Diagnostic } from "../errors/diagnostic.ts";
import { toOneLine } from "../errors/to-one-line.ts";

/** Longest part of a cause's message that a warning shows, in UTF-16 units. */
const LONGEST_CAUSE = 500;

/**
 * What becomes of a diagnostic when the embedder has no listener: a warning, as Node gives its own, with the message of
 * the cause. One line, whatever the message holds: it may quote what a guest wrote.
 */
export function warnOfDiagnostic({ code, message, cause }: Diagnostic): void {
  const reason = describeCause(cause);
  process.emitWarning(toOneLine(reason === undefined ? message : `${message}: ${reason}`), {
    type: "VivariumWarning",
    code,
  });
}

function describeCause(cause: unknown): string | undefined {
  if (typeof cause === "string") return shorten(cause);
  if (typeof cause !== "object" || cause === null) return undefined;
  try {
    const { name, message } = cause as { readonly name?: unknown; readonly message?: unknown };
    if (typeof message !== "string" || message === "") return typeof name === "string" ? shorten(name) : undefined;
    return shorten(typeof name === "string" && name !== "" ? `${name}: ${message}` : message);
  } catch {
    return undefined;
  }
}

const shorten = (text: string): string =>
  text.length <= LONGEST_CAUSE ? text : `${text.slice(0, LONGEST_CAUSE)}… (${text.length} characters)`;
