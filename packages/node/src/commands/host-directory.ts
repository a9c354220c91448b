import { realpathSync, statSync } from "node:fs";
import { join, posix } from "node:path";
import { asCommandError, CommandError } from "./command-error.ts";

/** One directory of the host for all directories of guests, or one for each of some of theirs. */
export type DirectoryMapping = string | Readonly<Record<string, string>>;

/**
 * The directory of the host that stands for one of a guest: absolute, with all links resolved, and within the one that
 * the embedder has named.
 *
 * @throws {CommandError} `ENOENT` where none stands for it, or there is none; `EACCES` where a link leads out
 */
export function hostDirectory(mapping: DirectoryMapping, guestPath: string): string {
  try {
    if (typeof mapping === "string") return realDirectory(mapping);
    const place = hostPlace(mapping, guestPath);
    if (place === undefined) throw new CommandError("ENOENT", "its directory is in none that commands may run in");
    const root = realDirectory(place.root);
    const directory = realDirectory(place.path);
    if (!isWithin(directory, root))
      throw new CommandError("EACCES", "its directory leads out of those that commands may run in");
    return directory;
  } catch (error) {
    throw asCommandError(error);
  }
}

/** Where a path of a guest lies on the host, links not resolved: beneath the nearest directory that is mapped. */
export function hostPlace(
  mapping: DirectoryMapping,
  guestPath: string,
): { readonly root: string; readonly path: string } | undefined {
  if (typeof mapping === "string") return undefined;
  const path = posix.normalize(guestPath);
  const mapped = Object.keys(mapping)
    .filter((directory) => isWithin(path, directory))
    .sort((a, b) => b.length - a.length)[0];
  const root = mapped === undefined ? undefined : mapping[mapped];
  if (mapped === undefined || root === undefined) return undefined;
  return { root, path: join(root, path.slice(mapped.length)) };
}

function realDirectory(path: string): string {
  const directory = realpathSync(path);
  if (!statSync(directory).isDirectory()) throw new CommandError("ENOTDIR");
  return directory;
}

function isWithin(path: string, directory: string): boolean {
  return path === directory || path.startsWith(directory.endsWith("/") ? directory : `${directory}/`);
}
