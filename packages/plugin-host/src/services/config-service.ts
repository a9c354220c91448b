import * as z from "zod";
import { PluginError } from "../errors/plugin-error.ts";
import { copyJson } from "../manifest/json-copy.ts";
import type { ServicePlugin } from "./service.ts";
import { type ServiceMethod, serviceMethod } from "./service-method.ts";

/** The methods of `config`, as plugins see them. */
export type ConfigMethods = Readonly<Record<"get" | "all", ServiceMethod>>;

/** What a host sets for a plugin: its own values go before those of the manifest. */
export type ConfigSource = (plugin: ServicePlugin) => Readonly<Record<string, unknown>> | undefined;

/** Of a configuration, as JSON. */
const LONGEST = 2 ** 20;

/**
 * The configuration of a plugin: `get(key)` and `all()`. It is that of its manifest, with what the host sets in the place
 * of values that have the same names; JSON, copied once when the plugin starts.
 *
 * @param source what the host sets. @default nothing
 */
export function configService(source: ConfigSource = () => undefined): (plugin: ServicePlugin) => ConfigMethods {
  return (plugin) => {
    const config: ReadonlyMap<string, unknown> = new Map([
      ...Object.entries(plugin.manifest.config),
      ...Object.entries(setByHost(source(plugin), plugin.id)),
    ]);
    return {
      get: serviceMethod({ parameters: [z.string("the name of a value")], run: (_call, name) => config.get(name) }),
      all: serviceMethod({ parameters: [], run: () => Object.fromEntries(config) }),
    };
  };
}

function setByHost(told: unknown, plugin: string): object {
  const { copy = {}, issues } = copyJson(told, { most: LONGEST });
  if (issues.length === 0 && typeof copy === "object" && copy !== null && !Array.isArray(copy)) return copy;
  const why = issues.map(({ field, message }) => `${field}: ${message}`).join("; ");
  throw new PluginError("ERR_PLUGIN_OPTION", `The configuration that the host sets is no object of JSON. ${why}`, {
    plugin,
    issues,
  });
}
