/** Counts what happens to a filesystem, and tells whoever has asked to be told. */
export class Changes {
  readonly #listeners: Set<() => void> = new Set();
  #count = 0;

  /** So many changes there have been. */
  get count(): number {
    return this.#count;
  }

  note(): void {
    this.#count += 1;
    for (const listener of this.#listeners) listener();
  }

  /** Has `listener` called after each change, at once. The answer ends that. */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }
}
