import { BareRuntime, createNodeDriver, createNodeRuntimeDriverFactory, type Runtime } from "vivarium";

/** The runtime that isolates of one sandbox share: it is there for as long as one of them is. */
export class SandboxRuntime {
  readonly #given: Runtime | undefined;
  #own: Runtime | undefined;
  #users = 0;
  readonly #endings: Set<Promise<void>> = new Set();

  /** @param given the embedder's, which stays as it is */
  constructor(given: Runtime | undefined) {
    this.#given = given;
  }

  /** For one more; whoever takes it gives it back. */
  take(): Runtime {
    this.#users += 1;
    if (this.#given !== undefined) return this.#given;
    this.#own ??= new BareRuntime({
      systemDriver: createNodeDriver(),
      runtimeDriverFactory: createNodeRuntimeDriverFactory({ maxGuests: 1000, idleTimeMs: 0 }),
    });
    return this.#own;
  }

  /** The last one ends it. */
  giveBack(): void {
    this.#users -= 1;
    if (this.#users > 0) return;
    const own = this.#own;
    this.#own = undefined;
    if (own !== undefined) this.#end(own);
  }

  /** Settles when all that were given back are over. */
  async ended(): Promise<void> {
    await Promise.all(this.#endings);
  }

  #end(runtime: Runtime): void {
    const ending = runtime
      .dispose()
      .catch(() => undefined)
      .finally(() => this.#endings.delete(ending));
    this.#endings.add(ending);
  }
}
