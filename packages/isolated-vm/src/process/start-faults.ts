import type { Diagnostic } from "@vivarium/core";

/**
 * What goes wrong with cells before they have a guest. Whoever waits for one tries several, and what is wrong with all of
 * them (a machine without descriptors, an installation without its helper) is told once, until a guest has booted again.
 */
export class StartFaults {
  readonly #onDiagnostic: (diagnostic: Diagnostic) => void;
  #isTold = false;

  constructor(onDiagnostic: (diagnostic: Diagnostic) => void) {
    this.#onDiagnostic = onDiagnostic;
  }

  tell(diagnostic: Diagnostic): void {
    if (this.#isTold) return;
    this.#isTold = true;
    this.#onDiagnostic(diagnostic);
  }

  /** A cell has a guest: whatever goes wrong from here on is news. */
  booted(): void {
    this.#isTold = false;
  }
}
