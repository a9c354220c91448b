import type { FileStat } from "@vivarium/core";

/** Tells files of several filesystems apart that are told as one: each device of each has a number of its own. */
export class LayerDevices {
  readonly #numbers: Map<string, number> = new Map();

  told(stat: FileStat, layer: number): FileStat {
    const key = `${layer}:${stat.dev}`;
    const dev = this.#numbers.get(key) ?? this.#numbers.size + 1;
    this.#numbers.set(key, dev);
    return { ...stat, dev };
  }
}
