import { stat } from "node:fs/promises";
import { PluginError } from "../errors/plugin-error.ts";
import type { IPluginManifest } from "../manifest/plugin-manifest.ts";
import { readManifest } from "../manifest/read-manifest.ts";
import { tellManifest } from "../manifest/whole-manifest.ts";
import { type PluginPackage, packageOf } from "../package/plugin-package.ts";
import { readPluginFolder } from "../package/read-plugin-folder.ts";
import { readPluginTarball } from "../package/read-plugin-tarball.ts";

/** A plugin that lies nowhere. */
export interface PluginParts {
  readonly manifest: IPluginManifest;
  /** The text of its entry point. */
  readonly code: string;
}

/** Where a plugin comes from: the path of its folder or of its archive, the bytes of an archive, or its parts. */
export type PluginSource = string | Uint8Array | PluginParts;

/** @throws PluginError `ERR_PLUGIN_PACKAGE`, `ERR_PLUGIN_MANIFEST`, `ERR_PLUGIN_ARGUMENT` (by rejection) */
export async function readSource(source: PluginSource): Promise<PluginPackage> {
  if (typeof source === "string")
    return (await isFolder(source)) ? readPluginFolder(source) : readPluginTarball(source);
  if (source instanceof Uint8Array) return readPluginTarball(source);
  if (typeof source === "object" && source !== null && typeof source.code === "string") return readParts(source);
  const form = "A plugin comes as a path, as the bytes of an archive, or as its manifest and its code";
  throw new PluginError("ERR_PLUGIN_ARGUMENT", form);
}

async function isFolder(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => undefined);
  return found?.isDirectory() === true;
}

function readParts({ manifest, code }: PluginParts): Promise<PluginPackage> {
  const told = JSON.stringify(tellManifest(readManifest(manifest)));
  return packageOf(Buffer.from(told), () => Buffer.from(code));
}
