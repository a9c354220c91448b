import type { PluginLife } from "../life/plugin-life.ts";
import type { RecoveryOptions } from "../life/recovery.ts";
import type { PluginPackage } from "../package/plugin-package.ts";
import type { CpuCourtesy } from "./cpu-courtesy.ts";
import type { PluginFailure } from "./plugin-status.ts";

/** What a hosted plugin is made of. */
export interface HostedPluginParts {
  readonly package: PluginPackage;
  readonly recovery: RecoveryOptions;
  readonly maxQueuedEvents: number;
  /** How long one event may take, in milliseconds. */
  readonly eventTimeoutMs: number;
  /** How long its end may take, in milliseconds: what is under way, and then its `deactivate`. */
  readonly stopTimeoutMs: number;
  /** Keeps it from taking the machine from others. */
  readonly courtesy: CpuCourtesy;
  /** Loads a package; its signal ends what comes of it. @throws PluginError */
  readonly live: (loaded: PluginPackage, signal: AbortSignal) => Promise<PluginLife>;
  /** Hears of what nobody else is told. */
  readonly onFailure: (what: string, failure: PluginFailure) => void;
}
