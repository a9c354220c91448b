import { constants, type Stats } from "node:fs";
import { type FileHandle, open, realpath, stat } from "node:fs/promises";
import { join, sep } from "node:path";
import { quoted } from "../text/quoted.ts";
import { invalidPackage } from "./plugin-package.ts";

/** A pipe that nobody writes to would never be opened, and with it one of few threads be gone. */
const FLAGS = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);

/**
 * The bytes of a file in a folder.
 *
 * @param root the folder, as `realpath` has it
 * @param file relative to the folder; links may lead to another place within it
 * @throws PluginError `ERR_PLUGIN_PACKAGE` for one that lies outside, that is no plain file, or that is too long
 */
export async function readFileIn(root: string, file: string, mostBytes: number, plugin?: string): Promise<Uint8Array> {
  const fail = (why: string, cause?: unknown): Error => invalidPackage(`${quoted(file, 200)} ${why}`, cause, plugin);
  const resolve = async (): Promise<string> => {
    const path = await realpath(join(root, file));
    if (!path.startsWith(root.endsWith(sep) ? root : root + sep)) throw fail("lies outside the folder");
    return path;
  };
  return await readPlainFile(resolve, mostBytes, fail);
}

/**
 * The bytes of a file.
 *
 * @throws PluginError `ERR_PLUGIN_PACKAGE` for one that is no plain file, or that is too long
 */
export async function readFileAt(path: string, mostBytes: number): Promise<Uint8Array> {
  const fail = (why: string, cause?: unknown): Error => invalidPackage(`the file ${why}`, cause);
  return await readPlainFile(() => realpath(path), mostBytes, fail);
}

async function readPlainFile(
  resolve: () => Promise<string>,
  mostBytes: number,
  fail: (why: string, cause?: unknown) => Error,
): Promise<Uint8Array> {
  try {
    const path = await resolve();
    // Opening a device may already do something.
    if (!(await stat(path)).isFile()) throw fail("is no plain file");
    await using handle = await open(path, FLAGS);
    const found = await handle.stat();
    if (!found.isFile()) throw fail("is no plain file");
    // A folder on the way may have become a link since: what is open has to be what is there.
    if (!isSame(found, await stat(await resolve()))) throw fail("was replaced while it was read");
    if (found.size > mostBytes) throw fail(`has more than ${mostBytes} bytes`);
    const bytes = await readAtMost(handle, mostBytes + 1);
    if (bytes.byteLength > mostBytes) throw fail(`has more than ${mostBytes} bytes`);
    return bytes;
  } catch (error) {
    const code = (error as { readonly code?: unknown }).code;
    throw code === "ERR_PLUGIN_PACKAGE" ? error : fail(`cannot be opened: ${String(code)}`, error);
  }
}

function isSame(one: Stats, other: Stats): boolean {
  return one.ino === other.ino && one.dev === other.dev;
}

/** It may have grown since its size was asked for. */
async function readAtMost(handle: FileHandle, most: number): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  let length = 0;
  while (length < most) {
    const { bytesRead, buffer } = await handle.read(Buffer.alloc(Math.min(most - length, 2 ** 20)));
    if (bytesRead === 0) break;
    pieces.push(buffer.subarray(0, bytesRead));
    length += bytesRead;
  }
  return Buffer.concat(pieces);
}
