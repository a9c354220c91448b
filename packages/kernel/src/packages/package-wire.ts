import { deserialize, serialize } from "node:v8";
import type { PackageDirectory } from "@vivarium/core";

/** Directories of packages as bytes, for a cell of the same build. */
export function encodePackages(directories: readonly PackageDirectory[]): Uint8Array {
  return serialize(directories);
}

/** Reads what the host has made by {@link encodePackages}; of bytes from elsewhere it must not be asked. */
export function decodePackages(bytes: Uint8Array): readonly PackageDirectory[] {
  return deserialize(bytes) as readonly PackageDirectory[];
}
