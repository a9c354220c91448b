/** The program of a plugin's guest: gives the plugin its context, and keeps what the plugin wants done at its end. */
// Before the plugin, whatever that makes of the realm: what stands between names may be sorted.

import * as exported from "plugin:code";
import { makeContext } from "plugin:context";
import { granted, hears, id, register, version } from "plugin:registrar";

type Handler = (...args: readonly never[]) => unknown;
type Hook = (context: object) => unknown;

/** A plugin as it may be written: functions of the module, of its default export, or that itself. */
interface Told {
  readonly activate?: unknown;
  readonly deactivate?: unknown;
}

const plugin = told();
const context = contextOf();

if (plugin.activate !== undefined) await hook(plugin.activate, "activate")(context);

/** Called before the plugin's guest ends, if there is time for it. */
export async function deactivate(): Promise<void> {
  if (plugin.deactivate !== undefined) await hook(plugin.deactivate, "deactivate")(context);
}

/** Answers as soon as nothing else has the guest's thread. */
export const isAwake = (): boolean => true;

function told(): Told {
  const { default: main } = exported as { readonly default?: unknown };
  if (typeof main === "function") return { activate: main, deactivate: (exported as Told).deactivate };
  return typeof main === "object" && main !== null ? (main as Told) : (exported as Told);
}

function hook(value: unknown, name: string): Hook {
  if (typeof value !== "function") throw new TypeError(`"${name}" of a plugin has to be a function`);
  return (given) => Reflect.apply(value, plugin, [given]);
}

function contextOf(): object {
  const services = makeContext(granted, 0);
  if (hears) services["events"] = { ...services["events"], on: registrar("on"), filter: registrar("filter") };
  for (const service of Object.values(services)) Object.freeze(service);
  return Object.freeze({ ...services, plugin: Object.freeze({ id, version }) });
}

function registrar(kind: "on" | "filter"): (event: unknown, handler: unknown) => void {
  return (event, handler) => {
    if (typeof event !== "string") throw new TypeError("The name of an event has to be a string");
    if (typeof handler !== "function") throw new TypeError("The handler of an event has to be a function");
    register(kind, event, handler as Handler);
  };
}
