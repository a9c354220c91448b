import { PluginError } from "../../errors/plugin-error.ts";

/** What waits for its turn, at most. */
const MOST_WAITING = 1000;

/** Does what is asked for one plugin one after the other. */
export class OneAfterAnother {
  readonly #lines = new Map<string, { last: Promise<unknown>; waiting: number }>();

  /**
   * Does something once all is done that was asked before.
   *
   * @throws PluginError `ERR_PLUGIN_BUSY` where too much waits; what the work throws; the signal's reason, where it has
   *   fired before the turn came
   */
  async do<Value>(plugin: string, signal: AbortSignal, work: () => Promise<Value>): Promise<Value> {
    const line = this.#lines.get(plugin) ?? { last: Promise.resolve(), waiting: 0 };
    if (line.waiting >= MOST_WAITING) {
      throw new PluginError("ERR_PLUGIN_BUSY", `More than ${MOST_WAITING} writes wait for their turn`, { plugin });
    }
    this.#lines.set(plugin, line);
    line.waiting += 1;
    const turn = line.last.then(() => {
      signal.throwIfAborted();
      return work();
    });
    line.last = turn.then(ignore, ignore);
    try {
      return await turn;
    } finally {
      line.waiting -= 1;
      if (line.waiting === 0) this.#lines.delete(plugin);
    }
  }
}

function ignore(): void {}
