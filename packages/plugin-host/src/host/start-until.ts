import { PluginError } from "../errors/plugin-error.ts";
import type { PluginLife } from "../life/plugin-life.ts";
import type { PluginPackage } from "../package/plugin-package.ts";

/**
 * Starts a plugin, unless it is to stop before it has started; a signal that fires later does not concern it.
 *
 * @throws PluginError `ERR_PLUGIN_ABORTED`, and what starting it throws
 */
export async function startUntil(
  stopping: AbortSignal,
  loaded: PluginPackage,
  start: (loaded: PluginPackage, end: AbortSignal) => Promise<PluginLife>,
): Promise<PluginLife> {
  const end = new AbortController();
  const abort = (): void => end.abort();
  stopping.addEventListener("abort", abort, { once: true });
  if (stopping.aborted) abort();
  try {
    const life = await start(loaded, end.signal);
    if (!stopping.aborted) return life;
    await life.dispose();
    throw new PluginError("ERR_PLUGIN_ABORTED", "It was stopped before it had started", { plugin: loaded.manifest.id });
  } finally {
    stopping.removeEventListener("abort", abort);
  }
}
