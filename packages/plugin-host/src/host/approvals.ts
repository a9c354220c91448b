import type { IPluginLimits, IPluginPermissions, PluginManifest } from "../manifest/plugin-manifest.ts";
import { readManifest } from "../manifest/read-manifest.ts";
import { tellManifest } from "../manifest/whole-manifest.ts";
import type { Asked } from "../permissions/permission-difference.ts";

/** What a plugin was granted: data, to be kept and given back. */
export interface PluginApproval {
  readonly permissions?: IPluginPermissions | undefined;
  readonly limits?: IPluginLimits | undefined;
}

/** What the plugins of a host were granted. */
export class Approvals {
  readonly #asked: Map<string, Asked>;

  /** @throws PluginError `ERR_PLUGIN_MANIFEST` for what no manifest can ask for */
  constructor(told: Readonly<Record<string, PluginApproval>>) {
    this.#asked = new Map(Object.entries(told).map(([id, approval]) => [id, readApproval(id, approval)]));
  }

  /** Undefined for a plugin that was never approved. */
  get(id: string): Asked | undefined {
    return this.#asked.get(id);
  }

  set({ id, permissions, limits }: PluginManifest): void {
    this.#asked.set(id, { permissions, limits });
  }

  delete(id: string): void {
    this.#asked.delete(id);
  }

  tell(): Readonly<Record<string, PluginApproval>> {
    return Object.fromEntries([...this.#asked].map(([id, asked]) => [id, tellApproval(id, asked)]));
  }
}

/** A manifest that asks for this. */
function manifestOf(id: string): { readonly id: string; readonly name: string; version: string; entrypoint: string } {
  return { id, name: id, version: "0.0.0", entrypoint: "index.js" };
}

function readApproval(id: string, { permissions, limits }: PluginApproval): Asked {
  return readManifest({ ...manifestOf(id), permissions, limits });
}

function tellApproval(id: string, asked: Asked): PluginApproval {
  const { permissions, limits } = tellManifest({ ...readManifest(manifestOf(id)), ...asked });
  return { permissions, limits };
}
