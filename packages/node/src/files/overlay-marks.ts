import { errnoCodeOfError } from "@vivarium/core";
import { childOf, isWithin, parentOf } from "./guest-path.ts";
import { lookFor } from "./look-for.ts";
import type { ResolvedFiles } from "./resolved-files.ts";
import { type Steps, wait } from "./steps.ts";

/** Where an overlay keeps what is no file of its guest's, in the upper filesystem. No path of a guest's leads there. */
export const RESERVED = "/.vivarium-overlay";
const DEAD = `${RESERVED}/dead`;
const TEMPORARY = `${RESERVED}/tmp`;

/**
 * Which paths of the base are gone, with all that is beneath them. What lies at such a path in the upper filesystem is there
 * all the same: a directory made anew where the base had one shows nothing of that.
 *
 * A mark is an empty file at the same path beneath a directory of the overlay's own.
 */
export class OverlayMarks {
  readonly #upper: ResolvedFiles;
  readonly #dead: Set<string> = new Set();
  #isLoaded = false;
  #temporaries = 0;

  constructor(upper: ResolvedFiles) {
    this.#upper = upper;
  }

  /** Reads the marks of an earlier time, and removes what a copy has left that was not finished. */
  *load(): Steps<void> {
    if (this.#isLoaded) return;
    yield* this.#read("/");
    yield* this.#removeTree(TEMPORARY);
    this.#isLoaded = true;
  }

  isDead(path: string): boolean {
    if (this.#dead.size === 0) return false;
    for (let above = path; above !== "/"; above = parentOf(above)) if (this.#dead.has(above)) return true;
    return false;
  }

  /** Whether a mark is on a path, on one above or on one beneath it. */
  touches(path: string): boolean {
    return this.isDead(path) || [...this.#dead].some((dead) => isWithin(dead, path));
  }

  *kill(path: string): Steps<void> {
    if (this.isDead(path)) return;
    const mark = `${DEAD}${path}`;
    yield* this.#removeTree(mark);
    yield* wait(this.#upper.mkdir(parentOf(mark), { recursive: true, mode: 0o700 }));
    yield* wait(this.#upper.writeFile(mark, new Uint8Array(0), { mode: 0o600, parents: false }));
    for (const dead of this.#dead) if (isWithin(dead, path)) this.#dead.delete(dead);
    this.#dead.add(path);
  }

  /** A path that nothing is at, for what is not finished. */
  *temporary(): Steps<string> {
    yield* wait(this.#upper.mkdir(TEMPORARY, { recursive: true, mode: 0o700 }));
    this.#temporaries += 1;
    return `${TEMPORARY}/${this.#temporaries}`;
  }

  *#read(path: string): Steps<void> {
    const directory = path === "/" ? DEAD : `${DEAD}${path}`;
    for (const { name, type } of yield* this.#list(directory)) {
      const below = childOf(path, name);
      if (type === "directory") yield* this.#read(below);
      else this.#dead.add(below);
    }
  }

  *#list(directory: string): Steps<readonly { readonly name: string; readonly type: string }[]> {
    try {
      return yield* wait(this.#upper.readDirWithTypes(directory));
    } catch (error) {
      if (errnoCodeOfError(error) === "ENOENT") return [];
      throw error;
    }
  }

  *#removeTree(path: string): Steps<void> {
    const stat = yield* lookFor(this.#upper, path);
    if (stat === undefined) return;
    if (stat.type !== "directory") return yield* wait(this.#upper.removeFile(path));
    for (const { name } of yield* this.#list(path)) yield* this.#removeTree(childOf(path, name));
    yield* wait(this.#upper.removeDir(path));
  }
}
