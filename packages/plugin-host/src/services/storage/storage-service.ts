import * as z from "zod";
import { PluginError } from "../../errors/plugin-error.ts";
import type { ServiceCall, ServicePlugin } from "../service.ts";
import { type ServiceMethod, serviceMethod } from "../service-method.ts";
import { OneAfterAnother } from "./one-after-another.ts";
import type { PluginStorage } from "./plugin-storage.ts";
import { decodeValue, encodeValue } from "./stored-value.ts";

/** Bytes of a key in UTF-8. */
const LONGEST_KEY = 1024;
/** Keys that come at a time. */
const MOST_KEYS = 10_000;

/** The methods of `storage`, as plugins see them. */
export type StorageMethods = Readonly<
  Record<"get" | "set" | "delete" | "has" | "keys" | "clear" | "usage", ServiceMethod>
>;

// Halves of surrogate pairs are one and the same in UTF-8.
const key = z
  .string("a key: text")
  .refine(
    (text) => text.isWellFormed() && Buffer.byteLength(text) <= LONGEST_KEY,
    `text of at most ${LONGEST_KEY} bytes`,
  );

const keysOptions = z
  .strictObject({ after: key.optional(), limit: z.int().min(1).max(MOST_KEYS).optional() })
  .optional()
  .default({});

/**
 * Storage of its own for each plugin: `get(key)`, `set(key, value)`, `delete(key)`, `has(key)`,
 * `keys(prefix?, { after?, limit? })`, `clear()` and `usage()`. Values are JSON of at most 1 MiB, or a `Uint8Array` of 16. What a plugin keeps is
 * counted in bytes: its keys in UTF-8, and its values as JSON in UTF-8 (bytes as they are) with one byte each that says
 * which; together never more than the quota of its manifest, else a write fails with `ERR_PLUGIN_QUOTA` and changes nothing.
 * The writes of a plugin are done one after the other.
 */
export function storageService(backing: PluginStorage): (plugin: ServicePlugin) => StorageMethods {
  const turns = turnsOf(backing);
  return ({ id, manifest }) => {
    const quotaBytes = manifest.permissions.storage?.quotaBytes ?? 0;
    const shelf = new Shelf(backing, id, quotaBytes);
    const writing = <Value>({ signal }: ServiceCall, work: () => Promise<Value>): Promise<Value> => {
      return turns.do(id, signal, work);
    };
    return {
      get: serviceMethod({ parameters: [key], run: (_call, key) => shelf.get(key) }),
      has: serviceMethod({ parameters: [key], run: (_call, key) => shelf.has(key) }),
      set: serviceMethod({
        parameters: [key, z.unknown()],
        run: (call, key, value) => {
          const bytes = encodeValue(value, id);
          return writing(call, () => shelf.set(key, bytes));
        },
      }),
      delete: serviceMethod({
        parameters: [key],
        run: (call, key) => writing(call, () => shelf.delete(key)),
      }),
      keys: serviceMethod({
        parameters: [key.optional().default(""), keysOptions],
        run: (_call, prefix, options) => shelf.keys(prefix, options.after, options.limit),
      }),
      clear: serviceMethod({ parameters: [], run: (call) => writing(call, async () => backing.clear(id)) }),
      usage: serviceMethod({
        parameters: [],
        run: async () => ({ usedBytes: await backing.usedBytes(id), quotaBytes }),
      }),
    };
  };
}

/** Of one place, whoever serves it: a plugin may have two guests for a moment, while it is updated. */
const allTurns = new WeakMap<PluginStorage, OneAfterAnother>();

function turnsOf(backing: PluginStorage): OneAfterAnother {
  const turns = allTurns.get(backing) ?? new OneAfterAnother();
  allTurns.set(backing, turns);
  return turns;
}

/** What one plugin stores. */
class Shelf {
  readonly #backing: PluginStorage;
  readonly #plugin: string;
  readonly #quotaBytes: number;

  constructor(backing: PluginStorage, plugin: string, quotaBytes: number) {
    this.#backing = backing;
    this.#plugin = plugin;
    this.#quotaBytes = quotaBytes;
  }

  async get(key: string): Promise<unknown> {
    const bytes = await this.#backing.get(this.#plugin, key);
    return bytes === undefined ? undefined : decodeValue(bytes);
  }

  async has(key: string): Promise<boolean> {
    return (await this.#backing.get(this.#plugin, key)) !== undefined;
  }

  /** What is there is asked for anew each time: whether a write that failed has written something, only the backing knows. */
  async set(key: string, bytes: Uint8Array): Promise<void> {
    const keyBytes = Buffer.byteLength(key);
    this.#assertRoom(keyBytes + bytes.byteLength);
    const had = await this.#backing.get(this.#plugin, key);
    const freed = had === undefined ? 0 : keyBytes + had.byteLength;
    const used = await this.#backing.usedBytes(this.#plugin);
    this.#assertRoom(used - freed + keyBytes + bytes.byteLength);
    await this.#backing.set(this.#plugin, key, bytes);
  }

  async delete(key: string): Promise<boolean> {
    const isThere = await this.has(key);
    if (isThere) await this.#backing.delete(this.#plugin, key);
    return isThere;
  }

  async keys(prefix: string, after: string | undefined, limit: number | undefined): Promise<readonly string[]> {
    const all = [...(await this.#backing.keys(this.#plugin))];
    const found = all.filter((key) => key.startsWith(prefix) && (after === undefined || key > after)).sort();
    if (limit === undefined && found.length > MOST_KEYS) {
      const message = `There are more than ${MOST_KEYS} keys: ask for some of them with \`limit\` and \`after\``;
      throw new PluginError("ERR_PLUGIN_ARGUMENT", message, { plugin: this.#plugin });
    }
    return found.slice(0, limit);
  }

  #assertRoom(bytes: number): void {
    // What is no number is no room.
    if (bytes <= this.#quotaBytes) return;
    const message = `Its storage is full: it would have ${bytes} of ${this.#quotaBytes} bytes`;
    throw new PluginError("ERR_PLUGIN_QUOTA", message, { plugin: this.#plugin });
  }
}
