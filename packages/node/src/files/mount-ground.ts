import { createFileSystemError, errnoCodeOfError, type FileStat } from "@vivarium/core";
import { assertPath, parentOf } from "./guest-path.ts";
import type { MountTable, Place } from "./mount-table.ts";
import { nowhere } from "./nowhere.ts";
import { type Steps, wait } from "./steps.ts";

/** Why nothing can be made, or changed, where no filesystem has a directory. */
export const MADE_UP = "the directory is there for what is mounted beneath it";
/** Why a mount point, or what is above one, stays where it is. */
export const STAYS = "something is mounted there or beneath it";

/** What is where in a table of mounts: the filesystem that has a path, and the directories that none has. */
export class MountGround {
  readonly #table: MountTable;
  /** Times of directories that are there because something is mounted beneath them. */
  readonly #madeAtMs: number = Date.now();

  constructor(table: MountTable) {
    this.#table = table;
  }

  /** Where a path lies. In a directory that is there for a mount alone there is nothing else. */
  *reach(path: string): Steps<Place> {
    assertPath(path);
    const place = this.#table.find(path);
    if (this.#table.isFixed(path) || !(yield* this.isMadeUp(this.#table.fixedAbove(path)))) return place;
    return { mount: { ...place.mount, files: nowhere }, path: place.path };
  }

  /** Throws `EROFS` where a name would have to be made in a directory that no filesystem has. */
  *assertGround(path: string): Steps<void> {
    const parent = parentOf(path);
    if (this.#table.namesIn(parent) === undefined) return;
    if (yield* this.isMadeUp(parent)) throw createFileSystemError("EROFS", { reason: MADE_UP });
  }

  /** Whether a directory is there for what is mounted beneath it alone. */
  *isMadeUp(path: string): Steps<boolean> {
    if (this.#table.isPoint(path) || this.#table.namesIn(path) === undefined) return false;
    const { mount, path: inside } = this.#table.find(path);
    try {
      return (yield* wait(mount.files.lstat(inside))).type !== "directory";
    } catch (error) {
      if (errnoCodeOfError(error) === undefined) throw error;
      return true;
    }
  }

  /** Throws `EBUSY` where a directory has to stay. */
  assertMovable(path: string): void {
    if (this.#table.isFixed(path)) throw createFileSystemError("EBUSY", { reason: STAYS });
  }

  /** What a directory that no filesystem has is told to be. */
  madeUpStat(): FileStat {
    const time = this.#madeAtMs;
    const times = { atimeMs: time, mtimeMs: time, ctimeMs: time, birthtimeMs: time };
    return { type: "directory", mode: 0o755, size: 0, nlink: 1, uid: 0, gid: 0, ino: 1, dev: 0, ...times };
  }
}
