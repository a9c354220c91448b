import { createHash } from "node:crypto";
import { PluginError } from "../errors/plugin-error.ts";
import { parseManifest } from "../manifest/parse-manifest.ts";
import type { PluginManifest } from "../manifest/plugin-manifest.ts";
import { quoted } from "../text/quoted.ts";

/** A plugin as it was packed: what is loaded of it, read once. */
export interface PluginPackage {
  readonly manifest: PluginManifest;
  /** The text of the entry point, which is all that is loaded: a plugin of several modules is bundled into one. */
  readonly code: string;
  /** What the entry point is called in its guest: `/org.example.related/dist/index.js`. One in TypeScript ends in `.ts` or `.mts`. */
  readonly filePath: string;
  /** SHA-256, in hexadecimal, over the manifest, the entry point's name and its code: the same from a folder and an archive. */
  readonly digest: string;
}

/** The file of a package that has its manifest. */
export const MANIFEST_FILE = "plugin.json";
/** Bytes of an entry point. */
export const LONGEST_CODE: number = 16 * 2 ** 20;

/** A package that is none, or cannot be read. */
export function invalidPackage(message: string, cause?: unknown, plugin?: string): PluginError {
  const of = plugin === undefined ? "" : ` of ${quoted(plugin)}`;
  return new PluginError("ERR_PLUGIN_PACKAGE", `The package${of} cannot be read: ${message}`, {
    ...(cause !== undefined && { cause }),
    ...(plugin !== undefined && { plugin }),
  });
}

/** Makes a package of the bytes of its manifest, and of those that are found under the name which this has. */
export async function packageOf(
  told: Uint8Array,
  read: (entrypoint: string, plugin: string) => Uint8Array | Promise<Uint8Array>,
): Promise<PluginPackage> {
  const manifest = parseManifest(textOf(told, MANIFEST_FILE));
  const { id, entrypoint } = manifest;
  const bytes = await read(entrypoint, id);
  const code = textOf(bytes, entrypoint, id);
  return Object.freeze({
    manifest,
    code,
    filePath: `/${id}/${entrypoint}`,
    digest: digestOf([told, entrypoint, bytes]),
  });
}

function textOf(bytes: Uint8Array, file: string, plugin?: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw invalidPackage(`${quoted(file, 200)} is no text in UTF-8`, undefined, plugin);
  }
}

/** Of parts with their lengths, so that none can lend the next its beginning. */
function digestOf(parts: readonly (string | Uint8Array)[]): string {
  const hash = createHash("sha256");
  for (const part of parts) {
    const bytes = Buffer.from(part);
    hash.update(`${bytes.byteLength}:`).update(bytes);
  }
  return hash.digest("hex");
}
