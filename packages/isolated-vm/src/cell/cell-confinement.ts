import type { ProcessControls } from "@vivarium/guest-node";

/**
 * Takes from a cell's process what it does not need: at its start what it was left with, and when its first guest has
 * booted every way to a file, a socket or another process.
 */
export class CellConfinement {
  readonly #controls: ProcessControls | undefined;
  #problem: string | undefined;

  /**
   * @param controls undefined where the system has nothing to confine a process with
   * @param first the first descriptor that is not the cell's
   */
  constructor(controls: ProcessControls | undefined, first: number) {
    this.#controls = controls;
    this.#attempt(() => {
      controls?.closeInherited(first);
      controls?.abandonRings();
    });
  }

  /** For good. Answers what the kernel refused, if anything: the cell is then confined in part, or not at all. */
  confine(): string | undefined {
    this.#attempt(() => this.#controls?.confine());
    return this.#problem;
  }

  #attempt(action: () => void): void {
    try {
      action();
    } catch (error) {
      this.#problem ??= error instanceof Error ? error.message : String(error);
    }
  }
}
