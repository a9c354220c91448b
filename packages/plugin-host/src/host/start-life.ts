import { Pace } from "../life/pace.ts";
import { PluginLife } from "../life/plugin-life.ts";
import type { PluginPackage } from "../package/plugin-package.ts";
import type { Service, ServicePlugin } from "../services/service.ts";
import { ServiceGate, type ServiceRecord } from "../services/service-gate.ts";
import { grantHere } from "./granted-here.ts";
import type { HostSettings } from "./host-settings.ts";

/** How a plugin comes to life. */
export interface LifeStart {
  readonly settings: HostSettings;
  readonly loaded: PluginPackage;
  /** Its way to send events. */
  readonly events: Service;
  /** Ends it. */
  readonly signal: AbortSignal;
  readonly onMessage: (message: string) => void;
  readonly onCall: (record: ServiceRecord) => void;
}

/**
 * Loads a plugin with what it may have here.
 *
 * @throws PluginError `ERR_PLUGIN_PERMISSION`, `ERR_PLUGIN_LOAD`, `ERR_PLUGIN_LIMIT`, `ERR_PLUGIN_ABORTED`
 */
export async function startLife(start: LifeStart): Promise<PluginLife> {
  const { settings, loaded, events, signal, onMessage, onCall } = start;
  const { manifest } = loaded;
  const { serviceCallsPerSecond: perSecond } = settings;
  const plugin: ServicePlugin = Object.freeze({ id: manifest.id, version: manifest.version, manifest });
  const gate = new ServiceGate({
    plugin,
    granted: grantHere(settings, plugin, events),
    check: settings.check,
    onCall,
    callsAtOnce: settings.serviceCallsAtOnce,
    pace: new Pace({ perSecond, burst: perSecond }, performance.now()),
    timeoutMs: settings.serviceTimeoutMs,
  });
  return PluginLife.start({
    package: loaded,
    runtime: settings.runtime,
    gate,
    signal,
    resultLimitBytes: settings.resultLimitBytes,
    onMessage,
  });
}
