import { LRUCache } from "lru-cache";
import * as z from "zod";
import { PluginError } from "../errors/plugin-error.ts";
import type { ServicePlugin } from "./service.ts";
import { type ServiceMethod, serviceMethod } from "./service-method.ts";
import { decodeValue, encodeValue } from "./storage/stored-value.ts";

/** How much a cache keeps, of each plugin. */
export interface CacheOptions {
  /** Of keys in UTF-8 and values as storage has them. @default 1048576 (1 MiB) */
  readonly maxBytes?: number;
  /** @default 1000 */
  readonly maxEntries?: number;
}

/** The methods of `cache`, as plugins see them. */
export type CacheMethods = Readonly<Record<"get" | "set" | "delete", ServiceMethod>>;

const key = z.string("a key: text").refine((text) => Buffer.byteLength(text) <= 1024, "text of at most 1024 bytes");
const setOptions = z
  .strictObject({
    ttlMs: z
      .int()
      .min(1)
      .max(2 ** 31 - 1)
      .optional(),
  })
  .optional();

/**
 * A cache of its own for each start of a plugin: `get(key)`, `set(key, value, { ttlMs? })` and `delete(key)`. Values are
 * JSON, or a `Uint8Array`. What was not used for longest goes first; a value that alone is too long fails with
 * `ERR_PLUGIN_QUOTA`.
 */
export function cacheService({
  maxBytes = 2 ** 20,
  maxEntries = 1000,
}: CacheOptions = {}): (plugin: ServicePlugin) => CacheMethods {
  return ({ id }) => {
    const entries = new LRUCache<string, Uint8Array>({
      max: maxEntries,
      maxSize: maxBytes,
      sizeCalculation: (value, key) => value.byteLength + Buffer.byteLength(key),
    });
    return {
      get: serviceMethod({
        parameters: [key],
        run(_call, key) {
          const bytes = entries.get(key);
          return bytes === undefined ? undefined : decodeValue(bytes);
        },
      }),
      set: serviceMethod({
        parameters: [key, z.unknown(), setOptions],
        run(_call, key, value, options) {
          const bytes = encodeValue(value, id);
          const size = bytes.byteLength + Buffer.byteLength(key);
          if (size > maxBytes) {
            throw new PluginError("ERR_PLUGIN_QUOTA", `A cache of ${maxBytes} bytes has no room for ${size}`, {
              plugin: id,
            });
          }
          entries.set(key, bytes, options?.ttlMs === undefined ? {} : { ttl: options.ttlMs });
        },
      }),
      delete: serviceMethod({ parameters: [key], run: (_call, key) => entries.delete(key) }),
    };
  };
}
