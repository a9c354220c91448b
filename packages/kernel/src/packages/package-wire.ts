import { deserialize, serialize } from "node:v8";
import type { FileStat, PackageDirectory, PackageEntry } from "@vivarium/core";

/** A directory as it crosses: what its entries have in common lies together, so that few things are to be made of it. */
interface WireDirectory {
  readonly path: string;
  readonly isGrowing: boolean;
  /** Joined by `/`, which no name holds. */
  readonly names: string;
  /** A digit for each name: `1` a file, `2` a directory, `3` a link; see `UV_DIRENT_*`. */
  readonly types: string;
  /** {@link statFields} for each name; `NaN` where they are not known. */
  readonly stats: Float64Array;
  /** By the index of a name. */
  readonly targets: ReadonlyMap<number, string>;
  readonly contents: ReadonlyMap<number, Uint8Array>;
}

const statFields = [
  "mode",
  "size",
  "nlink",
  "uid",
  "gid",
  "ino",
  "dev",
  "atimeMs",
  "mtimeMs",
  "ctimeMs",
  "birthtimeMs",
  "blksize",
  "blocks",
] as const satisfies readonly (keyof FileStat)[];

const digits = { file: "1", directory: "2", symlink: "3" } as const;

/** Directories of packages as bytes, for a cell of the same build. */
export function encodePackages(directories: readonly PackageDirectory[]): Uint8Array {
  return serialize(directories.map(toWire));
}

/** Reads what the host has made by {@link encodePackages}; of bytes from elsewhere it must not be asked. */
export function decodePackages(bytes: Uint8Array): readonly PackageDirectory[] {
  return (deserialize(bytes) as readonly WireDirectory[]).map(
    (wire): PackageDirectory => ({
      path: wire.path,
      isGrowing: wire.isGrowing,
      // Most directories are never looked into.
      get entries() {
        return fromWire(wire);
      },
    }),
  );
}

function toWire({ path, entries, isGrowing = false }: PackageDirectory): WireDirectory {
  const stats = new Float64Array(entries.length * statFields.length).fill(Number.NaN);
  const targets = new Map<number, string>();
  const contents = new Map<number, Uint8Array>();
  entries.forEach((entry, index) => {
    const { stat } = entry;
    if (stat !== undefined)
      stats.set(
        statFields.map((field) => stat[field] ?? 0),
        index * statFields.length,
      );
    if (entry.type === "symlink") targets.set(index, entry.target);
    if (entry.type === "file" && entry.content !== undefined) contents.set(index, entry.content);
  });
  return {
    path,
    isGrowing,
    names: entries.map(({ name }) => name).join("/"),
    types: entries.map(({ type }) => digits[type]).join(""),
    stats,
    targets,
    contents,
  };
}

function fromWire({ names, types, stats, targets, contents }: WireDirectory): readonly PackageEntry[] {
  if (types === "") return [];
  return names.split("/").map((name, index): PackageEntry => {
    const at = index * statFields.length;
    const target = targets.get(index);
    if (target !== undefined) return { name, type: "symlink", stat: statOf("symlink", stats, at), target };
    if (types[index] === digits.directory) return { name, type: "directory", stat: statOf("directory", stats, at) };
    const stat = Number.isNaN(stats[at]) ? undefined : statOf("file", stats, at);
    return { name, type: "file", stat, content: contents.get(index) };
  });
}

function statOf(type: FileStat["type"], stats: Float64Array, at: number): FileStat {
  const field = (index: number): number => stats[at + index] ?? 0;
  return {
    type,
    mode: field(0),
    size: field(1),
    nlink: field(2),
    uid: field(3),
    gid: field(4),
    ino: field(5),
    dev: field(6),
    atimeMs: field(7),
    mtimeMs: field(8),
    ctimeMs: field(9),
    birthtimeMs: field(10),
    blksize: field(11),
    blocks: field(12),
  };
}
