import { type Diagnostic, VivariumError } from "@vivarium/core";
import type { Confined } from "../cell/cell-confinement.ts";

/** What has become of the cells that were to be confined: as of the first, it holds for all of this machine, except that… */
export interface ConfinedCells extends Omit<Confined, "namespaces"> {
  /** …a cell that is no copy cannot enter namespaces: it has threads before it has the means. */
  readonly namespaces: "all" | "some" | "none";
}

/** What the cells of a pool have said of their confinement. */
export class KnownConfinement {
  readonly #known: PromiseWithResolvers<ConfinedCells> = Promise.withResolvers();
  #first: Confined | undefined;
  #namespaces: ConfinedCells["namespaces"] = "none";

  /** Undefined before the first cell has said something. */
  get confined(): ConfinedCells | undefined {
    return this.#first === undefined ? undefined : { ...this.#first, namespaces: this.#namespaces };
  }

  /** {@link confined}, once there is one. */
  get promise(): Promise<ConfinedCells> {
    return this.#known.promise;
  }

  /** A cell has said it of itself. The embedder hears of what was refused, once. */
  take(confined: Confined, onDiagnostic: (diagnostic: Diagnostic) => void): void {
    const own = confined.namespaces ? "all" : "none";
    // A first one that is not confined, where another is, was out of luck, and has run no program.
    const isBetter = this.#first?.isConfined === false && confined.isConfined;
    if (this.#first !== undefined && !isBetter) {
      if (this.#namespaces !== own) this.#namespaces = "some";
      return;
    }
    this.#first = confined;
    this.#namespaces = own;
    this.#known.resolve({ ...confined, namespaces: own });
    const { problem } = confined;
    if (problem === "") return;
    const { code, message } = new VivariumError("ERR_CELL_UNCONFINED", { problem });
    onDiagnostic({ code, message });
  }
}
