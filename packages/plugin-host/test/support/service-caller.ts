import type { PluginManifest } from "../../src/manifest/plugin-manifest.ts";
import { grantMethods } from "../../src/services/granted-services.ts";
import type { Service, ServicePlugin } from "../../src/services/service.ts";
import { ServiceGate } from "../../src/services/service-gate.ts";
import { manifestOf } from "./manifests.ts";

/** Calls a service as a guest of a plugin does. */
export type CallService = (method: string, ...args: readonly unknown[]) => Promise<unknown>;

export function pluginOf(manifest: PluginManifest): ServicePlugin {
  return { id: manifest.id, version: manifest.version, manifest };
}

/** One start of a plugin, as one service sees it. */
export function callerOf(
  service: Service,
  manifest: PluginManifest = manifestOf(),
  { timeoutMs = 20_000, signal = new AbortController().signal }: { timeoutMs?: number; signal?: AbortSignal } = {},
): CallService {
  const plugin = pluginOf(manifest);
  const granted = new Map([["service", grantMethods("service", service, "*", plugin)]]);
  const gate = new ServiceGate({ plugin, granted, callsAtOnce: 100_000, timeoutMs });
  return (method, ...args) => gate.call("service", method, structuredClone(args), signal);
}
