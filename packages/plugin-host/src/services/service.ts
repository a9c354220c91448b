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
 * once for each start of it. What can be called is read when the plugin starts: own and inherited methods whose names are
 * plain words and do not begin with `_`. No getter is run.
 */
export type Service = object | ((plugin: ServicePlugin) => object);

/** The services of a host, by the names that manifests have for them. */
export type Services = Readonly<Record<string, Service>>;
