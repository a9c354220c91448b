import type { ExtensionInstance } from "../instance/extension-instance.ts";
import type { Registration } from "../instance/registration.ts";
import { type RouteMatcher, routeMatcher } from "./route-pattern.ts";

interface Route {
  readonly method: string;
  readonly matches: RouteMatcher;
  readonly index: number;
}

interface Endpoint {
  readonly instance: ExtensionInstance;
  readonly routes: readonly Route[];
}

/** A route that serves a request. */
export interface FoundRoute {
  readonly instance: ExtensionInstance;
  /** Of the handler, among what the extension has registered. */
  readonly index: number;
  /** The path beneath the extension's own. */
  readonly path: string;
  readonly params: Readonly<Record<string, string>>;
}

/** The routes of all extensions, each beneath the name of its package. */
export class EndpointTable {
  readonly #endpoints: Map<string, Endpoint> = new Map();

  set(instance: ExtensionInstance, registrations: readonly Registration[]): void {
    const routes = registrations.map(({ kind, key }, index) => ({
      method: kind.toUpperCase(),
      matches: routeMatcher(key),
      index,
    }));
    this.#endpoints.set(mountOf(instance), { instance, routes });
  }

  delete(instance: ExtensionInstance): void {
    const mount = mountOf(instance);
    if (this.#endpoints.get(mount)?.instance === instance) this.#endpoints.delete(mount);
  }

  /**
   * The first route that serves a request; `HEAD` is served by that of `GET`.
   *
   * @param path as it was requested, percent-encoded, without a query
   */
  find(method: string, path: string): FoundRoute | undefined {
    const lower = path.toLowerCase();
    for (const [mount, { instance, routes }] of this.#endpoints) {
      if (lower !== mount && !lower.startsWith(`${mount}/`)) continue;
      const own = path.slice(mount.length) || "/";
      const found = findRoute(routes, method === "HEAD" ? "GET" : method, own);
      if (found !== undefined) return { instance, path: own, ...found };
    }
    return undefined;
  }
}

function mountOf({ manifest }: ExtensionInstance): string {
  return `/${manifest.name}`.toLowerCase();
}

function findRoute(
  routes: readonly Route[],
  method: string,
  path: string,
): Pick<FoundRoute, "index" | "params"> | undefined {
  for (const { method: served, matches, index } of routes) {
    const params = served === method ? matches(path) : undefined;
    if (params !== undefined) return { index, params };
  }
  return undefined;
}
