import { serialize } from "node:v8";
import { PluginError } from "../errors/plugin-error.ts";
import { hasAtMost } from "../services/assert-modest.ts";

/** What one event of a plugin may carry, in bytes: as many as wait for plugins are kept. */
const MOST_BYTES = 64 * 1024;
/** And in values: an empty Map is three bytes when it is sent, and some hundreds where it is kept. */
const MOST_VALUES = 2000;

/**
 * @returns how many bytes it is
 * @throws PluginError `ERR_PLUGIN_ARGUMENT`
 */
export function smallBytes(payload: unknown, plugin: string): number {
  if (!hasAtMost(payload, MOST_VALUES))
    throw new PluginError("ERR_PLUGIN_ARGUMENT", `An event carries ${MOST_VALUES} values at most`, { plugin });
  const bytes = serialize(payload).byteLength;
  if (bytes <= MOST_BYTES) return bytes;
  throw new PluginError("ERR_PLUGIN_ARGUMENT", `An event carries ${MOST_BYTES} bytes at most`, { plugin });
}
