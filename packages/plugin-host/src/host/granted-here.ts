import { type GrantedServices, grantMethods, grantServices } from "../services/granted-services.ts";
import type { Service, ServicePlugin, Services } from "../services/service.ts";

/** What a host has for plugins. */
export interface HostServices {
  /** Granted by name. */
  readonly services: Services;
  /** Granted by the permission `storage`. */
  readonly storage: Service;
  /** Granted by the permission `network`. */
  readonly http: Service;
}

/**
 * All that exists for a plugin in a host: services by their names, and those that other permissions grant.
 *
 * @param events its way to send events
 * @throws PluginError `ERR_PLUGIN_PERMISSION` for what this host does not have
 */
export function grantHere(
  { services, storage, http }: HostServices,
  plugin: ServicePlugin,
  events: Service,
): GrantedServices {
  const { permissions } = plugin.manifest;
  const granted = new Map(grantServices(services, plugin));
  if (permissions.storage !== undefined) granted.set("storage", grantMethods("storage", storage, "*", plugin));
  if (permissions.network !== undefined) granted.set("http", grantMethods("http", http, "*", plugin));
  if (permissions.emits.length > 0) granted.set("events", grantMethods("events", events, "*", plugin));
  return granted;
}
