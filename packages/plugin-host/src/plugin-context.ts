import type { HttpResponse } from "./services/http/http-service.ts";

/** What a handler of events is told beside the payload. */
export interface PluginEventDetails {
  readonly event: string;
  /** The plugin that has sent it; absent where the host has. */
  readonly from?: string;
}

type Labels = Readonly<Record<string, string>>;
type Write = (message: string, data?: unknown) => Promise<void>;

/** The services that every host has, as plugins see them: by the names that manifests have for them. */
export interface PluginServices {
  /** `services.logger`: lines in the host's log. */
  readonly logger: { readonly debug: Write; readonly info: Write; readonly warn: Write; readonly error: Write };
  /** `services.cache`: what may be gone the next moment. */
  readonly cache: {
    get(key: string): Promise<unknown>;
    set(key: string, value: unknown, options?: { readonly ttlMs?: number }): Promise<void>;
    delete(key: string): Promise<boolean>;
  };
  /** `storage`: what stays, within a quota. */
  readonly storage: {
    get(key: string): Promise<unknown>;
    has(key: string): Promise<boolean>;
    set(key: string, value: unknown): Promise<void>;
    delete(key: string): Promise<boolean>;
    keys(prefix?: string, options?: { readonly after?: string; readonly limit?: number }): Promise<readonly string[]>;
    clear(): Promise<void>;
    usage(): Promise<{ readonly usedBytes: number; readonly quotaBytes: number }>;
  };
  /** `services.config`: what the host, or else the manifest, has set for the plugin. */
  readonly config: { get(name: string): Promise<unknown>; all(): Promise<Readonly<Record<string, unknown>>> };
  /** `network`: requests to the hosts that are granted. */
  readonly http: {
    fetch(
      url: string,
      init?: {
        readonly method?: string;
        readonly headers?: Labels;
        readonly body?: string | Uint8Array;
        readonly responseType?: "text" | "bytes";
      },
    ): Promise<HttpResponse>;
  };
  /** `services.metrics`: figures for the host. */
  readonly metrics: {
    increment(name: string, by?: number, labels?: Labels): Promise<void>;
    gauge(name: string, value: number, labels?: Labels): Promise<void>;
    observe(name: string, value: number, labels?: Labels): Promise<void>;
  };
  /** `hooks` and `emits`: what happens. Handlers are registered while `activate` runs. */
  readonly events: {
    on(event: string, handler: (payload: never, details: PluginEventDetails) => unknown): void;
    /** What the handler answers takes the place of what it was given, unless that is `undefined`. */
    filter(event: string, handler: (value: never, details: PluginEventDetails) => unknown): void;
    emit(event: string, payload?: unknown): Promise<void>;
  };
}

/**
 * What a plugin's `activate` and `deactivate` are given: for authors of plugins, in TypeScript.
 *
 * ```ts
 * export async function activate(context: PluginContext<"events" | "storage", { articles: Articles }>) { … }
 * ```
 *
 * @typeParam Granted the services that its manifest asks for, of those that every host has
 * @typeParam Own those of its host, by their names; their methods answer by promise
 */
export type PluginContext<Granted extends keyof PluginServices = never, Own extends object = object> = Pick<
  PluginServices,
  Granted
> &
  Own & { readonly plugin: { readonly id: string; readonly version: string } };
