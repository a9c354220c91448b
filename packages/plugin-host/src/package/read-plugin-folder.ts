import { realpath } from "node:fs/promises";
import { LONGEST_MANIFEST } from "../manifest/read-manifest.ts";
import { invalidPackage, LONGEST_CODE, MANIFEST_FILE, type PluginPackage, packageOf } from "./plugin-package.ts";
import { readFileIn } from "./read-file.ts";

/**
 * Reads the plugin in a folder: `plugin.json`, and the entry point that this names, of at most 16 MiB. Nothing else of the
 * folder is loaded: a plugin of several modules is bundled into one. Both files lie in the folder when all links are followed.
 *
 * @throws PluginError `ERR_PLUGIN_PACKAGE` for files that are not there, lie outside, or are no plain files;
 *   `ERR_PLUGIN_MANIFEST` as `parseManifest` does
 */
export async function readPluginFolder(path: string): Promise<PluginPackage> {
  const root = await realpath(path).catch((error: unknown) => {
    throw invalidPackage(`there is no such folder: ${String((error as { readonly code?: unknown }).code)}`, error);
  });
  const told = await readFileIn(root, MANIFEST_FILE, LONGEST_MANIFEST);
  return await packageOf(told, (entrypoint, plugin) => readFileIn(root, entrypoint, LONGEST_CODE, plugin));
}
