import { PluginError } from "../errors/plugin-error.ts";
import type { PluginPackage } from "../package/plugin-package.ts";
import { describeDifference } from "../permissions/describe-difference.ts";
import type { PermissionDifference } from "../permissions/permission-difference.ts";

/** What a plugin asks a person for. */
export interface PermissionRequest {
  /** The plugin's id. */
  readonly plugin: string;
  readonly version: string;
  /** Of the package that asks: to approve this one, and no other. */
  readonly digest: string;
  readonly difference: PermissionDifference;
  /** The same in words, which the plugin cannot forge. */
  readonly text: string;
}

interface Held {
  readonly package: PluginPackage;
  readonly request: PermissionRequest;
}

/** Packages that wait for a person: of each plugin the one that came last. */
export class HeldPackages {
  readonly #held: Map<string, Held> = new Map();

  hold(held: PluginPackage, difference: PermissionDifference): PermissionRequest {
    const { manifest, digest } = held;
    const { id: plugin, version } = manifest;
    const text = describeDifference(difference, manifest);
    const request = Object.freeze({ plugin, version, digest, difference, text });
    this.#held.set(plugin, { package: held, request });
    return request;
  }

  list(): readonly PermissionRequest[] {
    return [...this.#held.values()].map(({ request }) => request);
  }

  has(plugin: string): boolean {
    return this.#held.has(plugin);
  }

  /**
   * The package that was shown, if it is still the one that waits.
   *
   * @throws PluginError `ERR_PLUGIN_UNKNOWN` where none waits, `ERR_PLUGIN_HELD` where another does
   */
  get(plugin: string, digest: string): PluginPackage {
    const held = this.#held.get(plugin);
    if (held === undefined) throw new PluginError("ERR_PLUGIN_UNKNOWN", "Nothing of this plugin waits", { plugin });
    if (held.request.digest === digest) return held.package;
    const message = "What waits is another package than the one that was shown";
    throw new PluginError("ERR_PLUGIN_HELD", message, { plugin });
  }

  delete(plugin: string): void {
    this.#held.delete(plugin);
  }
}
