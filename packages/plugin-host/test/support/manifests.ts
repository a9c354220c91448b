import type { IPluginManifest, PluginManifest } from "../../src/manifest/plugin-manifest.ts";
import { readManifest } from "../../src/manifest/read-manifest.ts";

/** A manifest that asks for nothing, with changes. */
export function told(changes: object = {}): IPluginManifest {
  return {
    id: "org.example.related",
    name: "Related articles",
    version: "1.2.3",
    entrypoint: "dist/index.js",
    ...changes,
  };
}

/** The manifest of a plugin that asks for something. */
export function manifestOf(permissions: object = {}, changes: object = {}): PluginManifest {
  return readManifest(told({ permissions, ...changes }));
}
