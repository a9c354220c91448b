import { LineRation } from "../services/line-ration.ts";
import type { ILogger } from "../services/logger.ts";
import type { ServiceRecord } from "../services/service-gate.ts";
import { printable } from "../text/printable.ts";
import type { PluginFailure } from "./plugin-status.ts";

/** What a host tells of one plugin: as much as one that fails all the time may have told of it. */
export interface PluginLog {
  /** What the plugin's realm says by itself: of rejections that nobody handles. */
  readonly message: (message: string) => void;
  readonly failure: (what: string, failure: PluginFailure) => void;
  /** A call of a service: one that was done for whoever debugs, any other with what the host itself has said of it. */
  readonly call: (record: ServiceRecord) => void;
}

type Level = "debug" | "warn";

export function pluginLog(logger: ILogger, plugin: string): PluginLog {
  // What goes well does not take the room of what does not.
  const rations: Readonly<Record<Level, LineRation>> = { debug: new LineRation(), warn: new LineRation() };
  const write = (level: Level, source: "host" | "plugin", message: string, told: Record<string, unknown> = {}): void =>
    rations[level].spend(
      () => logger[level](`Plugin "${plugin}": ${message}`, { plugin, source, ...told }),
      (left) => logger.warn(`Plugin "${plugin}" ${left}`, { plugin, source: "host" }),
    );
  return {
    message: (message) => write("debug", "plugin", printable(message.trimEnd())),
    failure: (what, { code, message }) => write("warn", "host", `${what}: ${message}`, { code }),
    call: ({ service, method, outcome, ms, error }) =>
      write(outcome === "done" ? "debug" : "warn", "host", `Call of ${service}.${method}: ${outcome}`, {
        ms,
        ...(error !== undefined && { error }),
      }),
  };
}
