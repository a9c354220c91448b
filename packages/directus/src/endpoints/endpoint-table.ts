import type { ExtensionInstance } from "../instance/extension-instance.ts";
import type { Registration } from "../instance/registration.ts";
import { ExtensionError } from "../manifest/extension-error.ts";
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

/** The routes of all extensions, each beneath a name of its own. */
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

  /**
   * Whether each can be set: nobody takes the requests of another.
   *
   * @param leaving who has a place that will be free
   * @throws ExtensionError `ERR_EXTENSION_LOAD` for one whose place is taken
   */
  assertFree(coming: readonly ExtensionInstance[], leaving: readonly ExtensionInstance[]): void {
    const taken = [...this.#endpoints.values()].map(({ instance }) => instance).filter((one) => !leaving.includes(one));
    for (const instance of coming) {
      const rival = taken.find((other) => overlap(mountOf(other), mountOf(instance)));
      if (rival !== undefined) throw takenBy(rival, instance);
      taken.push(instance);
    }
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

/** Whether one is the other, or above it. */
function overlap(one: string, other: string): boolean {
  return `${one}/`.startsWith(`${other}/`) || `${other}/`.startsWith(`${one}/`);
}

function takenBy(rival: ExtensionInstance, { manifest, mount }: ExtensionInstance): ExtensionError {
  const message = `"${manifest.name}" would have its routes at "/${mount}", and "${rival.manifest.name}" has its own at "/${rival.mount}"`;
  return new ExtensionError("ERR_EXTENSION_LOAD", message, {
    extension: manifest.name,
    remedy: "give one of them another id, or unload it",
  });
}

function mountOf({ mount }: ExtensionInstance): string {
  return `/${mount}`.toLowerCase();
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
