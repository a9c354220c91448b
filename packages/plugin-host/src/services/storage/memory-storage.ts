import type { PluginStorage } from "./plugin-storage.ts";

/** What one plugin has stored. */
interface Shelf {
  readonly values: Map<string, Uint8Array>;
  used: number;
}

/** Keeps what plugins store for as long as the host runs. */
export function createMemoryStorage(): PluginStorage {
  const shelves = new Map<string, Shelf>();
  const remove = (shelf: Shelf | undefined, key: string): void => {
    const value = shelf?.values.get(key);
    if (shelf === undefined || value === undefined) return;
    shelf.values.delete(key);
    shelf.used -= sizeOf(key, value);
  };
  return {
    get: (plugin, key) => shelves.get(plugin)?.values.get(key)?.slice(),
    set(plugin, key, value) {
      const shelf = shelves.get(plugin) ?? { values: new Map(), used: 0 };
      remove(shelf, key);
      shelf.values.set(key, value.slice());
      shelf.used += sizeOf(key, value);
      shelves.set(plugin, shelf);
    },
    delete: (plugin, key) => remove(shelves.get(plugin), key),
    keys: (plugin) => [...(shelves.get(plugin)?.values.keys() ?? [])],
    clear(plugin) {
      shelves.delete(plugin);
    },
    usedBytes: (plugin) => shelves.get(plugin)?.used ?? 0,
  };
}

function sizeOf(key: string, value: Uint8Array): number {
  return Buffer.byteLength(key) + value.byteLength;
}
