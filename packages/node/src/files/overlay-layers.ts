import { createFileSystemError, type DirectoryEntry, errnoCodeOfError, type FileStat } from "@vivarium/core";
import { childOf, isWithin, parentOf } from "./guest-path.ts";
import { lookFor } from "./look-for.ts";
import type { OpenedInBase } from "./opened-in-base.ts";
import { type OverlayMarks, RESERVED } from "./overlay-marks.ts";
import type { ResolvedFiles } from "./resolved-files.ts";
import { type Steps, wait } from "./steps.ts";

/** What of a base is ever used: nothing that changes it. */
export type BaseFiles = Pick<
  ResolvedFiles,
  | "name"
  | "lstat"
  | "statPlain"
  | "readFile"
  | "readTextFile"
  | "readInto"
  | "pread"
  | "readDirWithTypes"
  | "readlink"
  | "open"
>;

/** Something that an overlay shows, and which of its filesystems has it. */
export interface Found {
  readonly layer: "upper" | "lower";
  readonly stat: FileStat;
}

/** Two filesystems, one over the other. */
export interface Layers {
  readonly upper: ResolvedFiles;
  readonly lower: BaseFiles;
  readonly marks: OverlayMarks;
  readonly opened: OpenedInBase;
}

export const isReserved = (path: string): boolean => isWithin(path, RESERVED);

/** What an overlay shows at a path; `undefined` for nothing. */
export function* find({ upper, lower, marks }: Layers, path: string): Steps<Found | undefined> {
  if (isReserved(path)) return undefined;
  const above = yield* lookFor(upper, path);
  if (above !== undefined) return { layer: "upper", stat: above };
  const stat = marks.isDead(path) ? undefined : yield* findLower(upper, lower, path);
  return stat && { layer: "lower", stat };
}

/** As {@link find}. Throws `ENOENT` for nothing. */
export function* need(layers: Layers, path: string): Steps<Found> {
  const found = yield* find(layers, path);
  if (found === undefined) throw createFileSystemError("ENOENT", { path });
  return found;
}

/** What the base has at a path that is not gone, whatever lies over it. */
export function* findBeneath({ upper, lower, marks }: Layers, path: string): Steps<FileStat | undefined> {
  return marks.isDead(path) || isReserved(path) ? undefined : yield* findLower(upper, lower, path);
}

function* findLower(upper: ResolvedFiles, lower: BaseFiles, path: string): Steps<FileStat | undefined> {
  try {
    return yield* lookFor(lower, path);
  } catch (error) {
    const code = errnoCodeOfError(error);
    if (code !== "ENOTDIR" && code !== "ELOOP") throw error;
    // Where the upper filesystem has a directory, it does not matter what the base has there.
    if ((yield* lookFor(upper, parentOf(path)))?.type === "directory") return undefined;
    throw error;
  }
}

/** The entries of a directory that an overlay shows. */
export function* list(layers: Layers, path: string, { layer }: Found): Steps<readonly DirectoryEntry[]> {
  const { upper, lower, marks } = layers;
  const entries = new Map<string, DirectoryEntry>();
  const beneath = layer === "lower" ? true : (yield* findBeneath(layers, path))?.type === "directory";
  if (beneath) {
    for (const entry of yield* wait(lower.readDirWithTypes(path))) {
      if (!marks.isDead(childOf(path, entry.name))) entries.set(entry.name, entry);
    }
  }
  if (layer === "upper") {
    for (const entry of yield* wait(upper.readDirWithTypes(path))) entries.set(entry.name, entry);
  }
  return [...entries.values()].filter(({ name }) => !isReserved(childOf(path, name)));
}
