import type { Diagnostic } from "@vivarium/core";

/** So many causes are told until a guest has booted: a cell may give as many as it likes. */
const MOST_CAUSES = 10;

/**
 * What goes wrong with cells before they have a guest. Whoever waits for one tries several, and what is wrong with all of
 * them (a machine without descriptors, an installation without its helper) is told once, until a guest has booted again.
 */
export class StartFaults {
  readonly #onDiagnostic: (diagnostic: Diagnostic) => void;
  readonly #told: Set<string> = new Set();

  constructor(onDiagnostic: (diagnostic: Diagnostic) => void) {
    this.#onDiagnostic = onDiagnostic;
  }

  tell(diagnostic: Diagnostic): void {
    const cause = `${diagnostic.code}: ${diagnostic.message}`;
    if (this.#told.has(cause) || this.#told.size >= MOST_CAUSES) return;
    this.#told.add(cause);
    this.#onDiagnostic(diagnostic);
  }

  /** A cell has a guest: whatever goes wrong from here on is news. */
  booted(): void {
    this.#told.clear();
  }
}
