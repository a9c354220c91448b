import { type GrantedServices, grantMethods, grantServices } from "../services/granted-services.ts";
import type { Service, ServicePlugin } from "../services/service.ts";
import type { HostSettings } from "./host-settings.ts";

/**
 * All that exists for a plugin in a host: services by their names, and those that other permissions grant.
 *
 * @param events its way to send events
 * @throws PluginError `ERR_PLUGIN_PERMISSION` for what this host does not have
 */
export function grantHere(settings: HostSettings, plugin: ServicePlugin, events: Service): GrantedServices {
  const granted = new Map(grantServices(settings.services, plugin));
  const { emits } = plugin.manifest.permissions;
  if (emits.length > 0) granted.set("events", grantMethods("events", events, "*", plugin));
  return granted;
}
