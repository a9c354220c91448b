import { readHostPattern, writeHostPattern } from "./host-pattern.ts";
import { MANIFEST_VERSION } from "./manifest-schema.ts";
import type { IPluginManifest, PluginLimits, PluginManifest, PluginPermissions } from "./plugin-manifest.ts";
import { ReadOnlyMap } from "./read-only-map.ts";

/** What holds where a manifest says nothing. */
export const defaultLimits: PluginLimits = { memoryMb: 32, cpuTimeMs: 500, wallTimeMs: 5000 };

/** A manifest that was checked, with nothing left open. */
export function wholeManifest(told: IPluginManifest): PluginManifest {
  const { memoryMb, cpuTimeMs, wallTimeMs } = told.limits ?? {};
  return deepFrozen({
    manifestVersion: MANIFEST_VERSION,
    id: told.id,
    name: told.name,
    version: told.version,
    description: told.description ?? "",
    author: told.author ?? "",
    license: told.license ?? "",
    entrypoint: told.entrypoint.replace(/^\.\//, ""),
    permissions: wholePermissions(told.permissions),
    limits: {
      memoryMb: memoryMb ?? defaultLimits.memoryMb,
      cpuTimeMs: cpuTimeMs ?? defaultLimits.cpuTimeMs,
      wallTimeMs: wallTimeMs ?? defaultLimits.wallTimeMs,
    },
    config: told.config ?? {},
  });
}

function wholePermissions(told: IPluginManifest["permissions"] = {}): PluginPermissions {
  const hosts = sorted((told.network?.hosts ?? []).map(usualHost));
  const services = Object.entries(told.services ?? {}).map(([name, methods]) => {
    return [name, methods === "*" ? methods : deepFrozen(sorted(methods))] as const;
  });
  return {
    network: hosts.length === 0 ? undefined : { hosts },
    storage: told.storage === undefined ? undefined : { quotaBytes: told.storage.quotaBytes },
    hooks: sorted(told.hooks ?? []),
    emits: sorted(told.emits ?? []),
    services: new ReadOnlyMap(services.sort(([one], [other]) => (one < other ? -1 : 1))),
  };
}

function usualHost(host: string): string {
  const pattern = readHostPattern(host);
  return pattern === undefined ? host : writeHostPattern(pattern);
}

function sorted(names: readonly string[]): readonly string[] {
  return [...new Set(names)].sort();
}

function deepFrozen<Value>(value: Value): Value {
  if (typeof value !== "object" || value === null || Object.isFrozen(value)) return value;
  for (const each of Object.values(value)) deepFrozen(each);
  return Object.freeze(value);
}

/** A manifest that was read, as plain data of which `readManifest` makes the same again: to keep it, or to send it. */
export function tellManifest(manifest: PluginManifest): IPluginManifest {
  const { network, storage, hooks, emits, services } = manifest.permissions;
  return {
    ...manifest,
    permissions: {
      ...(network !== undefined && { network }),
      ...(storage !== undefined && { storage }),
      hooks,
      emits,
      services: Object.fromEntries(services),
    },
  };
}
