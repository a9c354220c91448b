import { readFile, realpath } from "node:fs/promises";
import { join, sep } from "node:path";
import { ExtensionError } from "../manifest/extension-error.ts";
import type { PackageManifest } from "../manifest/extension-manifest.ts";
import { readManifest, readPackageManifest } from "../manifest/read-manifest.ts";

/** An extension, or a bundle of them, as it lies in a folder. */
export interface ExtensionPackage {
  readonly folder: string;
  readonly manifest: PackageManifest;
  readonly code: string;
}

const LONGEST_CODE = 16 * 2 ** 20;

/**
 * Reads the extension in a folder: its `package.json`, and the file of its code that this names, which must lie in the
 * folder.
 *
 * @param ownScopes names of scopes that the host defines
 * @param hasBundles whether it may be a bundle
 * @throws ExtensionError
 */
export async function readPackage(
  folder: string,
  ownScopes: readonly string[],
  hasBundles: boolean,
): Promise<ExtensionPackage> {
  const read = hasBundles ? readPackageManifest : readManifest;
  const manifest = read(await readJson(join(folder, "package.json")), ownScopes);
  return { folder, manifest, code: await readCode(folder, manifest) };
}

async function readJson(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, "utf8"));
  } catch (cause) {
    throw new ExtensionError("ERR_EXTENSION_MANIFEST", "Its package.json cannot be read", { cause });
  }
}

async function readCode(folder: string, { name, file }: PackageManifest): Promise<string> {
  const detail = { extension: name, field: "directus:extension.path" };
  try {
    const [root, path] = await Promise.all([realpath(folder), realpath(join(folder, file))]);
    if (!path.startsWith(root + sep)) {
      throw new ExtensionError("ERR_EXTENSION_MANIFEST", `The code of "${name}" lies outside its folder`, detail);
    }
    const code = await readFile(path, "utf8");
    if (code.length <= LONGEST_CODE) return code;
    throw new ExtensionError("ERR_EXTENSION_LOAD", `The code of "${name}" is too long`, detail);
  } catch (cause) {
    if (cause instanceof ExtensionError) throw cause;
    const remedy = "build the extension first";
    throw new ExtensionError("ERR_EXTENSION_LOAD", `The code of "${name}" cannot be read`, {
      ...detail,
      remedy,
      cause,
    });
  }
}
