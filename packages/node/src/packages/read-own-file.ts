import { fstatSync, readFileSync } from "node:fs";
import { createFileSystemError } from "@vivarium/core";
import { OwnPlace } from "./own-place.ts";

/** What is longer is no source that anybody would load, in bytes. */
const MOST_BYTES = 512 * 1024 * 1024;

/**
 * The content of a file at a path that has no link in it. Neither what has become a link since it was looked at is read,
 * nor what would have to be waited for.
 */
export function readOwnFile(path: string): Uint8Array {
  using place = new OwnPlace(path);
  const { size } = regular(place.fd);
  if (size > MOST_BYTES) throw createFileSystemError("EFBIG");
  return readFileSync(place.fd);
}

function regular(fd: number): { readonly size: number } {
  const stat = fstatSync(fd);
  if (!stat.isFile()) throw createFileSystemError(stat.isDirectory() ? "EISDIR" : "ENXIO");
  return stat;
}
