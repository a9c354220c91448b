import { LineRation } from "../services/line-ration.ts";
import type { ILogger } from "../services/logger.ts";
import { printable } from "../text/printable.ts";
import type { PluginFailure } from "./plugin-status.ts";

/** What a host tells of one plugin: as much as one that fails all the time may have told of it. */
export interface PluginLog {
  /** What the plugin's realm says by itself: of rejections that nobody handles. */
  readonly message: (message: string) => void;
  readonly failure: (what: string, failure: PluginFailure) => void;
}

export function pluginLog(logger: ILogger, plugin: string): PluginLog {
  const ration = new LineRation();
  const write = (level: "debug" | "warn", source: "host" | "plugin", message: string, code?: string): void => {
    ration.spend(
      () => logger[level](`Plugin "${plugin}": ${message}`, { plugin, source, ...(code !== undefined && { code }) }),
      (left) => logger.warn(`Plugin "${plugin}" ${left}`, { plugin, source: "host" }),
    );
  };
  return {
    message: (message) => write("debug", "plugin", printable(message.trimEnd())),
    failure: (what, { code, message }) => write("warn", "host", `${what}: ${message}`, code),
  };
}
