/** How the values of an iteration are had. */
export interface IterationSource {
  next(): Promise<{ readonly done: boolean; readonly value: unknown }>;
  /** Whoever iterates has had enough. */
  close(): Promise<void>;
  /** It is over, one way or the other. Called once. */
  readonly onOver: (() => void) | undefined;
}

/**
 * The values of an async iterable in a guest, each asked for when it is wanted: the guest is never ahead of who iterates.
 * Can be iterated once. Whoever stops early says so (`break` in `for await` does, and `return()`): until then the guest
 * keeps it.
 */
export class GuestIterator implements AsyncIterableIterator<unknown, unknown, void> {
  readonly #source: IterationSource;
  /** One after the other: a guest may answer in any order. */
  #last: Promise<unknown> = Promise.resolve();
  #isOver = false;

  constructor(source: IterationSource) {
    this.#source = source;
  }

  next(): Promise<IteratorResult<unknown>> {
    return this.#inTurn(() => this.#next());
  }

  return(value?: unknown): Promise<IteratorResult<unknown>> {
    return this.#inTurn(async () => {
      if (this.#isOver) return { done: true, value };
      try {
        await this.#source.close();
      } finally {
        this.#end();
      }
      return { done: true, value };
    });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.return();
  }

  async #next(): Promise<IteratorResult<unknown>> {
    if (this.#isOver) return { done: true, value: undefined };
    try {
      const result = await this.#source.next();
      if (result.done) this.#end();
      return result;
    } catch (error) {
      this.#end();
      throw error;
    }
  }

  #end(): void {
    this.#isOver = true;
    this.#source.onOver?.();
  }

  #inTurn(action: () => Promise<IteratorResult<unknown>>): Promise<IteratorResult<unknown>> {
    const result = this.#last.then(action);
    this.#last = result.catch(() => undefined);
    return result;
  }
}
