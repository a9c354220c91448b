import { type Diagnostic, VivariumError } from "@vivarium/core";
import type { Confined } from "../cell/cell-confinement.ts";

/** What has become of the first cell that was to be confined: it holds for all of this machine. */
export class FirstConfined {
  readonly #known: PromiseWithResolvers<Confined> = Promise.withResolvers();
  #confined: Confined | undefined;

  get confined(): Confined | undefined {
    return this.#confined;
  }

  get promise(): Promise<Confined> {
    return this.#known.promise;
  }

  /** A cell has said it of itself. The embedder hears of what was refused, once. */
  take(confined: Confined, onDiagnostic: (diagnostic: Diagnostic) => void): void {
    if (this.#confined !== undefined) return;
    this.#confined = confined;
    this.#known.resolve(confined);
    const { problem } = confined;
    if (problem === "") return;
    const { code, message } = new VivariumError("ERR_CELL_UNCONFINED", { problem });
    onDiagnostic({ code, message });
  }
}
