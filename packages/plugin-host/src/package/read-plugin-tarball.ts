import { pipeline, Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { PluginError } from "../errors/plugin-error.ts";
import { LONGEST_MANIFEST } from "../manifest/read-manifest.ts";
import { quoted } from "../text/quoted.ts";
import { archiveFiles } from "./archive-files.ts";
import { invalidPackage, MANIFEST_FILE, type PluginPackage, packageOf } from "./plugin-package.ts";
import { readFileAt } from "./read-file.ts";

/** Bytes of an archive as it comes, and unpacked. */
const LONGEST_ARCHIVE = 32 * 2 ** 20;
const LONGEST_CONTENT = 64 * 2 ** 20;

/** The folder that npm packs packages into. */
const NPM_FOLDER = "package/";

/**
 * Reads the plugin in an archive (`.tgz` or `.tar`), in memory: nothing is written to disk. `plugin.json` lies at its top,
 * or in the folder `package` as npm packs it. Of the rest only the entry point is loaded: a plugin of several modules is
 * bundled into one. An archive has at most 32 MiB, 64 MiB unpacked, and 10,000 files; links in it are refused.
 *
 * @param archive its bytes, or its path
 * @throws PluginError `ERR_PLUGIN_PACKAGE` for an archive that is none, or not that of a plugin; `ERR_PLUGIN_MANIFEST` as
 *   `parseManifest` does
 */
export async function readPluginTarball(archive: Uint8Array | string): Promise<PluginPackage> {
  const bytes = typeof archive === "string" ? await readFileAt(archive, LONGEST_ARCHIVE) : archive;
  if (bytes.byteLength > LONGEST_ARCHIVE) throw invalidPackage(`it has more than ${LONGEST_ARCHIVE} bytes`);
  const files = await filesOf(bytes);
  const folder = folderOf(files);
  const told = files.get(folder + MANIFEST_FILE) as Uint8Array;
  if (told.byteLength > LONGEST_MANIFEST) throw invalidPackage(`its manifest has more than ${LONGEST_MANIFEST} bytes`);
  return await packageOf(told, (entrypoint, plugin) => {
    const code = files.get(folder + entrypoint);
    if (code === undefined) throw invalidPackage(`there is no ${quoted(entrypoint, 200)} in it`, undefined, plugin);
    return code;
  });
}

/** Where the manifest lies. */
function folderOf(files: ReadonlyMap<string, Uint8Array>): string {
  const [folder, ...others] = ["", NPM_FOLDER].filter((folder) => files.has(folder + MANIFEST_FILE));
  if (folder === undefined) throw invalidPackage(`there is no ${quoted(MANIFEST_FILE)} in it`);
  if (others.length > 0) throw invalidPackage(`it has two of ${quoted(MANIFEST_FILE)}`);
  return folder;
}

async function filesOf(bytes: Uint8Array): Promise<ReadonlyMap<string, Uint8Array>> {
  try {
    return await archiveFiles(bounded(unpacked(bytes)), isWanted);
  } catch (error) {
    if (error instanceof PluginError) throw error;
    const why = error instanceof Error ? quoted(error.message) : "";
    throw invalidPackage(`it cannot be unpacked: ${why}`, error);
  }
}

/** Which file is the entry point is known only when all have been seen. */
function isWanted(path: string): boolean {
  return path === MANIFEST_FILE || path === NPM_FOLDER + MANIFEST_FILE || /\.m?[jt]s$/.test(path);
}

/** How much is given on at a time, so that others have their turn. */
const PIECE = 64 * 1024;

function* piecesOf(bytes: Uint8Array): Generator<Uint8Array> {
  for (let at = 0; at < bytes.byteLength; at += PIECE) yield bytes.subarray(at, at + PIECE);
}

function unpacked(bytes: Uint8Array): AsyncIterable<Uint8Array> {
  const packed = Readable.from(piecesOf(bytes));
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return packed;
  const unpacker = createGunzip({ chunkSize: PIECE });
  // Whoever reads gets the fault.
  pipeline(packed, unpacker, () => undefined);
  return unpacker;
}

async function* bounded(content: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let length = 0;
  for await (const piece of content) {
    length += piece.byteLength;
    if (length > LONGEST_CONTENT) throw invalidPackage(`it has more than ${LONGEST_CONTENT} bytes when it is unpacked`);
    yield piece;
  }
}
