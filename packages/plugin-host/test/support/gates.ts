import { readManifest } from "../../src/manifest/read-manifest.ts";
import { grantServices } from "../../src/services/granted-services.ts";
import type { ServicePlugin, Services } from "../../src/services/service.ts";
import { type GateOptions, ServiceGate } from "../../src/services/service-gate.ts";

/** A plugin whose manifest names services: all methods of each, where it says no more. */
export function pluginWith(services: Readonly<Record<string, "*" | readonly string[]>>): ServicePlugin {
  const manifest = readManifest({
    id: "a",
    name: "A",
    version: "1.0.0",
    entrypoint: "a.js",
    permissions: { services },
  });
  return { id: manifest.id, version: manifest.version, manifest };
}

/** A gate to all methods of all these services. */
export function gateTo(services: Services, options: Partial<GateOptions> = {}): ServiceGate {
  const plugin = pluginWith(Object.fromEntries(Object.keys(services).map((name) => [name, "*" as const])));
  const granted = grantServices(services, plugin);
  return new ServiceGate({ plugin, granted, callsAtOnce: 10, timeoutMs: 10_000, ...options });
}

/** A signal that never fires. */
export const never: AbortSignal = new AbortController().signal;
