import type { Diagnostic } from "../contracts/runtime-driver.ts";

/** What becomes of a diagnostic when the embedder has no listener: a warning, as Node gives its own. */
export function warnOfDiagnostic({ code, message }: Diagnostic): void {
  process.emitWarning(message, { type: "VivariumWarning", code });
}
