import { serialize } from "node:v8";
import { PluginError } from "../errors/plugin-error.ts";

/** What one event of a plugin may carry, in bytes: as many as wait for plugins are kept. */
const MOST_BYTES = 64 * 1024;

/** @throws PluginError `ERR_PLUGIN_ARGUMENT` */
export function assertSmall(payload: unknown, plugin: string): void {
  if (serialize(payload).byteLength <= MOST_BYTES) return;
  throw new PluginError("ERR_PLUGIN_ARGUMENT", `An event carries ${MOST_BYTES} bytes at most`, { plugin });
}
