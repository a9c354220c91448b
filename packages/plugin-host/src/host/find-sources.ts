import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { PluginError } from "../errors/plugin-error.ts";

/** The folders and archives in a folder, by their names; what begins with a dot is left out. @throws PluginError `ERR_PLUGIN_PACKAGE` */
export async function findSources(folder: string): Promise<readonly string[]> {
  const names = await readdir(folder).catch((cause: unknown) => {
    throw new PluginError("ERR_PLUGIN_PACKAGE", "The folder of plugins cannot be read", { cause });
  });
  const wanted: string[] = [];
  for (const name of names.filter((name) => !name.startsWith(".")).sort()) {
    const found = await stat(join(folder, name)).catch(() => undefined);
    if (found?.isDirectory() === true || (found?.isFile() === true && /\.(?:tgz|tar|tar\.gz)$/.test(name)))
      wanted.push(name);
  }
  return wanted;
}
