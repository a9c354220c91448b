import type { PluginErrorCode } from "../errors/plugin-error.ts";
import type { PluginPackage } from "../package/plugin-package.ts";
import type { ServiceUse } from "../services/service-meter.ts";
import type { DeliveryUse } from "./delivery-queue.ts";

/**
 * What a plugin is doing.
 *
 * - `installed`: nothing yet.
 * - `resting`: it has crashed, and is started again after its rest.
 * - `broken`: it has failed too often, and is out of service for a while; then it is tried once.
 * - `disabled`: it cannot be started before it is enabled.
 */
export type PluginState =
  | "installed"
  | "starting"
  | "running"
  | "stopping"
  | "stopped"
  | "disabled"
  | "resting"
  | "broken";

/** Whether a plugin is to run. */
export function isUp(state: PluginState): boolean {
  return state === "starting" || state === "running" || state === "resting" || state === "broken";
}

/** A plugin of a host, in short. */
export interface PluginInfo {
  readonly id: string;
  readonly name: string;
  readonly version: string;
  /** Of its package. */
  readonly digest: string;
  readonly state: PluginState;
}

export function infoOf({ manifest, digest }: PluginPackage, state: PluginState): PluginInfo {
  const { id, name, version } = manifest;
  return { id, name, version, digest, state };
}

/** What was last wrong with a plugin. */
export interface PluginFailure {
  readonly code: PluginErrorCode;
  /** Readable, and bounded: what a plugin has said stands in it as printable ASCII. */
  readonly message: string;
  readonly at: Date;
}

/** How a plugin does. */
export interface PluginHealth {
  readonly lastError: PluginFailure | undefined;
  /** How often its guest has ended without having been told to. */
  readonly crashes: number;
  /** How often it was started again by itself. */
  readonly restarts: number;
  /** Since when it runs; undefined while it does not. */
  readonly startedAt: Date | undefined;
}

/** What a plugin has used since it was installed, all its starts together. */
export interface PluginUse {
  /** As measured, in milliseconds; what a guest used after the last look before a sudden end is not in it. */
  readonly cpuTimeMs: number;
  /** Of its present guest, as measured: heap and buffers, in bytes; 0 while it does not run. */
  readonly memoryBytes: number;
  readonly services: ServiceUse;
  /** Calls of services, and handlers, that it was denied. */
  readonly denials: number;
  readonly deliveries: DeliveryUse;
}

/** All that a host knows of a plugin. */
export interface PluginStatus extends PluginInfo {
  readonly health: PluginHealth;
  readonly use: PluginUse;
}
