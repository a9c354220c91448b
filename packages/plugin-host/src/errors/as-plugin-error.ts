import { PluginError } from "./plugin-error.ts";

/** An error of this package; of any other that was thrown it is the cause. */
export function asPluginError(error: unknown): PluginError {
  if (error instanceof PluginError) return error;
  return new PluginError("ERR_PLUGIN_LOAD", "It has failed for a reason of the host's", { cause: error });
}
