import { PluginError } from "../errors/plugin-error.ts";
import type { Service, ServicePlugin, Services } from "./service.ts";
import type { ServiceMethod } from "./service-method.ts";
import { isServiceName, methodsOf } from "./service-methods.ts";

/** What exists for a plugin: methods by their names, by the names of services. Maps, since the names are strangers' words. */
export type GrantedServices = ReadonlyMap<string, ReadonlyMap<string, ServiceMethod>>;

/**
 * What a manifest grants of the services that there are.
 *
 * @throws PluginError `ERR_PLUGIN_PERMISSION` for a service or a method that it names and that there is not
 */
export function grantServices(services: Services, plugin: ServicePlugin): GrantedServices {
  const granted = new Map<string, ReadonlyMap<string, ServiceMethod>>();
  for (const [name, methods] of plugin.manifest.permissions.services) {
    if (!isServiceName(name) || !Object.hasOwn(services, name)) throw missing(plugin, `service "${name}"`, services);
    granted.set(name, grantMethods(name, services[name] as Service, methods, plugin));
  }
  return granted;
}

/**
 * What is granted of one service.
 *
 * @param methods their names; `"*"` for all, as a permission of a service's own grants them: `network` grants `http`
 * @throws PluginError `ERR_PLUGIN_PERMISSION` for a method that there is not
 */
export function grantMethods(
  name: string,
  service: Service,
  methods: "*" | readonly string[],
  plugin: ServicePlugin,
): ReadonlyMap<string, ServiceMethod> {
  return pick(name, methodsOf(serviceFor(service, plugin)), methods, plugin);
}

function serviceFor(service: Service, plugin: ServicePlugin): object {
  return typeof service === "function" ? service(plugin) : service;
}

function pick(
  service: string,
  all: ReadonlyMap<string, ServiceMethod>,
  methods: "*" | readonly string[],
  plugin: ServicePlugin,
): ReadonlyMap<string, ServiceMethod> {
  if (methods === "*") return all;
  return new Map(
    methods.map((name) => {
      const method = all.get(name);
      if (method === undefined) throw missing(plugin, `method "${service}.${name}"`, Object.fromEntries(all));
      return [name, method];
    }),
  );
}

function missing({ id }: ServicePlugin, what: string, there: object): PluginError {
  const names = Object.keys(there).filter(isServiceName).sort();
  const message = `Its manifest asks for the ${what}, which this host does not have; there are: ${names.join(", ") || "none"}`;
  return new PluginError("ERR_PLUGIN_PERMISSION", message, { plugin: id });
}
