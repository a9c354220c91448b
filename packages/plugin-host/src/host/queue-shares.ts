/** What part of a queue the events of all plugins can have, and of any one. */
const OF_PLUGINS = 1 / 2;
const OF_ONE = 1 / 10;

/** Who has how much of what waits: plugins that send without end leave room for each other, and for the host. */
export class QueueShares {
  readonly #most: number;
  readonly #ofPlugins: Map<string, number> = new Map();
  #all = 0;
  #plugins = 0;

  constructor(most: number) {
    this.#most = most;
  }

  /** @param from the plugin that has sent it; undefined for the host */
  hasRoom(from: string | undefined): boolean {
    if (this.#all >= this.#most) return false;
    if (from === undefined) return true;
    const own = this.#ofPlugins.get(from) ?? 0;
    return own < Math.ceil(this.#most * OF_ONE) && this.#plugins < Math.ceil(this.#most * OF_PLUGINS);
  }

  take(from: string | undefined): void {
    this.#change(from, 1);
  }

  give(from: string | undefined): void {
    this.#change(from, -1);
  }

  #change(from: string | undefined, by: number): void {
    this.#all += by;
    if (from === undefined) return;
    this.#plugins += by;
    const own = (this.#ofPlugins.get(from) ?? 0) + by;
    if (own > 0) this.#ofPlugins.set(from, own);
    else this.#ofPlugins.delete(from);
  }
}
