import type { CpuShare } from "../life/cpu-account.ts";
import type { PluginLife } from "../life/plugin-life.ts";
import type { RecoveryOptions } from "../life/recovery.ts";
import type { Sequence } from "../life/sequence.ts";
import type { PluginPackage } from "../package/plugin-package.ts";
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
  /** How much CPU time it may use before others. */
  readonly cpuShare: CpuShare;
  /** Where those that use more are told of events, one after the other. */
  readonly slowTurns: Sequence;
  /** Loads a package; its signal ends what comes of it. @throws PluginError */
  readonly live: (loaded: PluginPackage, signal: AbortSignal) => Promise<PluginLife>;
  /** Hears of what nobody else is told. */
  readonly onFailure: (what: string, failure: PluginFailure) => void;
}
