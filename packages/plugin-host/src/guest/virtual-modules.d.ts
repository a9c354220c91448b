/** What the host gives to what makes contexts: not for plugins. */
declare module "plugin:host" {
  /** @param run for which of the guest's contexts it is called */
  export function call(run: number, service: string, method: string, args: readonly unknown[]): Promise<unknown>;
}

/** What makes contexts: evaluated before a plugin. */
declare module "plugin:context" {
  export { makeContext } from "./context.ts";
}

/** What a plugin of a plugin host has of it. */
declare module "plugin:registrar" {
  /** What there is for it: services and their methods. */
  export const granted: readonly (readonly [service: string, methods: readonly string[]])[];
  export const id: string;
  export const version: string;
  /** Whether there are events that it may hear. */
  export const hears: boolean;
  /** @param kind how what the handler answers is taken */
  export function register(kind: "on" | "filter", event: string, handler: (...args: readonly never[]) => unknown): void;
}

/** The plugin's own code. */
declare module "plugin:code" {
  export const activate: unknown;
  export const deactivate: unknown;
  const plugin: unknown;

  // biome-ignore lint/style/noDefaultExport: it is one of the ways in which plugins are written
  export { plugin as default };
}
