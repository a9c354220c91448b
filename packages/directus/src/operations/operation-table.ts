import type { ExtensionInstance } from "../instance/extension-instance.ts";
import type { Registration } from "../instance/registration.ts";
import { ExtensionError } from "../manifest/extension-error.ts";

/** The operations of all extensions by their ids; of two of one id the one that came last. */
export class OperationTable {
  readonly #operations: Map<string, ExtensionInstance[]> = new Map();

  set(instance: ExtensionInstance, registrations: readonly Registration[]): void {
    for (const { key } of registrations) {
      const others = (this.#operations.get(key) ?? []).filter((other) => other !== instance);
      this.#operations.set(key, [...others, instance]);
    }
  }

  delete(instance: ExtensionInstance): void {
    for (const [id, instances] of this.#operations) {
      const left = instances.filter((other) => other !== instance);
      if (left.length === 0) this.#operations.delete(id);
      else this.#operations.set(id, left);
    }
  }

  get ids(): readonly string[] {
    return [...this.#operations.keys()];
  }

  /**
   * Runs an operation.
   *
   * @returns what it answers, awaited
   * @throws what it throws; ExtensionError `ERR_EXTENSION_UNLOADED` for an id that no extension has
   */
  async run(id: string, options: unknown): Promise<unknown> {
    const instance = this.#operations.get(id)?.at(-1);
    if (instance === undefined) {
      throw new ExtensionError("ERR_EXTENSION_UNLOADED", `There is no operation "${id}"`);
    }
    // An extension of this type has one.
    return instance.call(0, options);
  }
}
