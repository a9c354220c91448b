import { PluginError } from "../errors/plugin-error.ts";
import type { PluginLimits, PluginManifest } from "../manifest/plugin-manifest.ts";

/** @throws PluginError `ERR_PLUGIN_MANIFEST` for a manifest that asks for more than its host has */
export function assertLimits({ id, limits }: PluginManifest, most: PluginLimits): void {
  const issues = (["memoryMb", "cpuTimeMs", "wallTimeMs"] as const)
    .filter((name) => limits[name] > most[name])
    .map((name) => ({ field: `limits.${name}`, message: `${most[name]} at most on this host, not ${limits[name]}` }));
  if (issues.length === 0) return;
  const words = issues.map(({ field, message }) => `${field}: ${message}`).join("; ");
  throw new PluginError("ERR_PLUGIN_MANIFEST", `"${id}" asks for more than this host has: ${words}`, {
    plugin: id,
    issues,
  });
}
