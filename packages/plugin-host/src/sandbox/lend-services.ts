import type { PermissionDecision } from "vivarium";
import { matchesEvent } from "../manifest/matches-event.ts";
import { matchesHost } from "../manifest/matches-host.ts";
import type { PluginPermissions } from "../manifest/plugin-manifest.ts";
import { type GrantedServices, grantMethods } from "../services/granted-services.ts";
import type { ServicePlugin } from "../services/service.ts";
import type { ServiceRequest } from "../services/service-gate.ts";
import type { ServiceMethod } from "../services/service-method.ts";
import type { PluginServices } from "./plugin-services.ts";
import type { LentContext } from "./sandbox-context.ts";
import type { StorageQuota } from "./storage-quota.ts";

/** Services that a permission of their own grants, and when it does. */
const OWN_PERMISSIONS: ReadonlyMap<string, (permissions: PluginPermissions) => boolean> = new Map([
  ["http", ({ network }) => network !== undefined],
  ["storage", ({ storage }) => storage !== undefined],
  ["events", ({ emits }) => emits.length > 0],
]);

/** What an isolate keeps of the services that are lent to it again and again. */
export interface IsolateServices {
  readonly services: PluginServices;
  readonly quota: StorageQuota;
}

/**
 * What a manifest grants of the services that are lent to one execution.
 *
 * @throws PluginError `ERR_PLUGIN_PERMISSION` for a method that it names and that the service does not have;
 * `ERR_PLUGIN_ARGUMENT` for what is no service
 */
export function lendServices(
  context: LentContext,
  plugin: ServicePlugin,
  { services, quota }: IsolateServices,
): GrantedServices {
  const { permissions } = plugin.manifest;
  const granted = new Map<string, ReadonlyMap<string, ServiceMethod>>();
  for (const name of namesGranted(permissions)) {
    const lent = context.serviceOf(name);
    if (lent === undefined) continue;
    const named = permissions.services.get(name) ?? "*";
    const methods = grantMethods(name, services.serviceFor(name, lent), named, plugin);
    granted.set(name, name === "storage" ? quota.bound(methods) : methods);
  }
  return granted;
}

/**
 * What a manifest says of arguments: where `http` may go, and what events may be sent. What a service does after that, as to
 * follow a redirect, is its own to check.
 */
export function checkByManifest({ plugin, service, args }: ServiceRequest): boolean | PermissionDecision {
  const { network, emits } = plugin.manifest.permissions;
  const [first] = args;
  switch (service) {
    case "http":
      return mayReach(network?.hosts ?? [], first) || deny("Its manifest does not grant this host");
    case "events":
      return (
        (typeof first === "string" && matchesEvent(emits, first)) || deny("Its manifest does not grant this event")
      );
    default:
      return true;
  }
}

function namesGranted(permissions: PluginPermissions): readonly string[] {
  const own = [...OWN_PERMISSIONS].filter(([, isGranted]) => isGranted(permissions)).map(([name]) => name);
  return [...own, ...[...permissions.services.keys()].filter((name) => !OWN_PERMISSIONS.has(name))];
}

function mayReach(hosts: readonly string[], address: unknown): boolean {
  const url = typeof address === "string" ? URL.parse(address) : null;
  if (url === null || (url.protocol !== "http:" && url.protocol !== "https:")) return false;
  return matchesHost(hosts, url.hostname, Number(url.port || (url.protocol === "http:" ? 80 : 443)));
}

function deny(reason: string): PermissionDecision {
  return { allow: false, reason };
}
