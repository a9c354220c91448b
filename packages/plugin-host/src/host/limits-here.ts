import { PluginError } from "../errors/plugin-error.ts";
import type { PluginLimits } from "../manifest/plugin-manifest.ts";
import { defaultLimits } from "../manifest/whole-manifest.ts";
import type { PluginPackage } from "../package/plugin-package.ts";

const names = ["memoryMb", "cpuTimeMs", "wallTimeMs"] as const;

/**
 * A package as this host has it: a limit that its manifest leaves to the default is the host's, where the host has less.
 *
 * @throws PluginError `ERR_PLUGIN_MANIFEST` for a manifest that asks for more than its host has
 */
export function withLimitsHere(received: PluginPackage, most: PluginLimits): PluginPackage {
  const { manifest } = received;
  const { limits } = manifest;
  const beyond = names.filter((name) => limits[name] > most[name]);
  if (beyond.length === 0) return received;
  const asked = beyond.filter((name) => limits[name] !== defaultLimits[name]);
  if (asked.length > 0) throw tooMuch(received, asked, most);
  const here = { ...limits, ...Object.fromEntries(beyond.map((name) => [name, most[name]])) };
  return { ...received, manifest: Object.freeze({ ...manifest, limits: Object.freeze(here) }) };
}

function tooMuch({ manifest }: PluginPackage, asked: readonly (keyof PluginLimits)[], most: PluginLimits): PluginError {
  const { id, limits } = manifest;
  const issues = asked.map((name) => {
    return { field: `limits.${name}`, message: `${most[name]} at most on this host, not ${limits[name]}` };
  });
  const words = issues.map(({ field, message }) => `${field}: ${message}`).join("; ");
  return new PluginError("ERR_PLUGIN_MANIFEST", `"${id}" asks for more than this host has: ${words}`, {
    plugin: id,
    issues,
  });
}
