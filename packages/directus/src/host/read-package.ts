import { ExtensionError } from "../manifest/extension-error.ts";
import type { PackageManifest } from "../manifest/extension-manifest.ts";
import { readManifest, readPackageManifest } from "../manifest/read-manifest.ts";
import { readText, UnreadableFile } from "./read-text.ts";

/** An extension, or a bundle of them, as it lies in a folder. */
export interface ExtensionPackage {
  readonly folder: string;
  readonly manifest: PackageManifest;
  readonly code: string;
}

/** In bytes, as the next. */
const LONGEST_MANIFEST = 2 ** 20;
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
  const manifest = read(await readJson(folder), ownScopes);
  return { folder, manifest, code: await readCode(folder, manifest) };
}

async function readJson(folder: string): Promise<unknown> {
  try {
    return JSON.parse(await readText(folder, "package.json", LONGEST_MANIFEST));
  } catch (cause) {
    const message = `Its package.json cannot be read: ${(cause as Error).message}`;
    throw new ExtensionError("ERR_EXTENSION_MANIFEST", message, { cause });
  }
}

async function readCode(folder: string, { name: extension, type, file }: PackageManifest): Promise<string> {
  try {
    return await readText(folder, file, LONGEST_CODE);
  } catch (cause) {
    const field = `directus:extension.path${type === "operation" || type === "bundle" ? ".api" : ""}`;
    const message = `The code of "${extension}", ${JSON.stringify(file)}, cannot be read`;
    if (cause instanceof UnreadableFile) {
      throw new ExtensionError("ERR_EXTENSION_MANIFEST", `${message}: ${cause.message}`, { extension, field });
    }
    throw new ExtensionError("ERR_EXTENSION_LOAD", message, {
      extension,
      field,
      remedy: "build the extension first",
      cause,
    });
  }
}
