import type { InstalledCall } from "@vivarium/kernel";
import type { IsolatedVm } from "../engine/load-isolated-vm.ts";

/**
 * Texts that every guest of a process gets are kept once for all of them, outside their heaps: V8 takes such a text as
 * it is.
 */
export class SharedTexts {
  readonly #engine: IsolatedVm;
  readonly #copies: Map<string, InstanceType<IsolatedVm["ExternalCopy"]>> = new Map();

  constructor(engine: IsolatedVm) {
    this.#engine = engine;
  }

  /** What to hand to an isolate in the place of `text`. It stays: for texts whose number is bounded. */
  share(text: string): unknown {
    let copy = this.#copies.get(text);
    if (copy === undefined) {
      copy = new this.#engine.ExternalCopy(text);
      this.#copies.set(text, copy);
    }
    return copy.copyInto();
  }

  /** A call whose texts are shared. */
  sharing(call: InstalledCall): (...args: Parameters<InstalledCall>) => unknown {
    return (...args) => {
      const result = call(...args);
      return typeof result === "string" ? this.share(result) : result;
    };
  }
}
