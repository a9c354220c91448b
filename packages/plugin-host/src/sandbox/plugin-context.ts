import type { ILogger } from "../services/logger.ts";

/**
 * The services of a host that plugins know by these names. Each is there as far as the manifest grants it. A plugin has them
 * with methods that answer by promise, whatever they do in the host; arguments and answers are copies.
 */
export interface IPluginContext {
  readonly logger?: ILogger;
  readonly cache?: IPluginCache;
  readonly storage?: IPluginStorage;
  readonly events?: IPluginEvents;
  readonly config?: IPluginConfig;
  readonly http?: IPluginHttp;
  readonly metrics?: IPluginMetrics;
  /** Whatever else a host lends. */
  readonly [service: string]: object | undefined;
}

/** Of what may be gone the next moment. */
export interface IPluginCache {
  get(key: string): unknown;
  set(key: string, value: unknown, options?: { readonly ttlMs?: number }): unknown;
  delete(key: string): unknown;
}

/** A plugin's own, which stays. */
export interface IPluginStorage {
  get(key: string): unknown;
  set(key: string, value: unknown): unknown;
  delete(key: string): unknown;
}

/** The way to whoever listens. */
export interface IPluginEvents {
  /** The first argument of each method is the name of an event, which `emits` of the manifest has to cover. */
  emit(event: string, payload?: unknown): unknown;
}

/** What the host, or the manifest, has set for the plugin. */
export interface IPluginConfig {
  get(key: string): unknown;
}

/** The way to the hosts that the manifest grants. */
export interface IPluginHttp {
  /** The first argument of each method is a URL, whose host the manifest has to grant. */
  fetch(url: string, init?: unknown): unknown;
}

/** Figures for the host. */
export interface IPluginMetrics {
  increment(name: string, by?: number): unknown;
}
