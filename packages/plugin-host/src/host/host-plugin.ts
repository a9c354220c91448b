import type { PluginPackage } from "../package/plugin-package.ts";
import type { ServiceRecord } from "../services/service-gate.ts";
import { CpuCourtesy } from "./cpu-courtesy.ts";
import type { EventBus } from "./event-bus.ts";
import { eventService } from "./event-service.ts";
import type { HostSettings } from "./host-settings.ts";
import { HostedPlugin } from "./hosted-plugin.ts";
import { pluginLog } from "./plugin-log.ts";
import { startLife } from "./start-life.ts";

/** A plugin that has come into a host. */
export function hostPlugin(settings: HostSettings, bus: EventBus, received: PluginPackage): HostedPlugin {
  const { id } = received.manifest;
  const { emits, maxEventDepth, recovery, maxQueuedEvents, eventTimeoutMs, stopTimeoutMs } = settings;
  const { cpuShare, longGoes } = settings;
  const log = pluginLog(settings.logger, id);
  const onCall = (record: ServiceRecord): void => {
    log.call(record);
    settings.onServiceCall?.(record);
  };
  const plugin = new HostedPlugin({
    package: received,
    recovery,
    maxQueuedEvents,
    eventTimeoutMs,
    stopTimeoutMs,
    courtesy: new CpuCourtesy(cpuShare, longGoes),
    live: (loaded, signal) => startLife({ settings, loaded, events, signal, onMessage: log.message, onCall }),
    onFailure: log.failure,
  });
  const events = eventService({
    rate: emits,
    maxDepth: maxEventDepth,
    depth: plugin.depth,
    send: (event, payload, depth) => {
      const sent = bus.send(event, payload, depth, id);
      tell(settings, { from: id, event, payload });
      return sent;
    },
  });
  return plugin;
}

function tell({ onEvent }: HostSettings, sent: Parameters<NonNullable<HostSettings["onEvent"]>>[0]): void {
  try {
    onEvent?.({ ...sent, payload: structuredClone(sent.payload) });
  } catch {
    // Whoever listens has no part in it.
  }
}
