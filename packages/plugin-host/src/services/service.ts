import type { StandardSchemaV1 } from "@standard-schema/spec";
import type { PluginManifest } from "../manifest/plugin-manifest.ts";

/** For whom a service works. */
export interface ServicePlugin {
  readonly id: string;
  readonly version: string;
  readonly manifest: PluginManifest;
}

/** One call of a service's method by a plugin. */
export interface ServiceCall {
  readonly plugin: ServicePlugin;
  /** Fires when the call's time is over, and when the plugin's guest, or the run that has called, ends. */
  readonly signal: AbortSignal;
}

/**
 * A service: an object whose methods plugins call, with copies of their arguments; or a function that makes one for a plugin,
 * which is called once for each, when it is first started.
 */
export type Service = object | ((plugin: ServicePlugin) => object);

/** The services of a host by the names that manifests have for them. */
export type Services = Readonly<Record<string, Service>>;

/** More about a method than a plain function can say. */
export interface ServiceMethodOptions {
  /** A schema for each argument; further ones do not reach it. */
  readonly parameters?: readonly StandardSchemaV1[];
  /** How long a call may take, in milliseconds. @default 30000 */
  readonly timeoutMs?: number;
  readonly run: (call: ServiceCall, ...args: never[]) => unknown;
}
