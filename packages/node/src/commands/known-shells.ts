import { readFileSync, realpathSync, type Stats, statSync } from "node:fs";
import { join } from "node:path";
import { shellNames } from "@vivarium/core";
import type { Program } from "./find-program.ts";

/** The shells of this machine, so that one of them is known by whatever name it goes: by a link, or as a copy. */
export class KnownShells {
  readonly #shells: readonly Program[];

  /** @param path where they are looked for */
  constructor(path: readonly string[]) {
    this.#shells = path.flatMap((place) => shellNames.flatMap((name) => programsAt(join(place, name))));
  }

  has({ file, stat }: Program): boolean {
    return this.#shells.some((shell) => isSame(shell.stat, stat) || isCopy(shell, { file, stat }));
  }
}

function programsAt(path: string): Program[] {
  try {
    const file = realpathSync(path);
    return [{ file, stat: statSync(file) }];
  } catch {
    return [];
  }
}

function isSame(one: Stats, other: Stats): boolean {
  return one.dev === other.dev && one.ino === other.ino;
}

function isCopy(shell: Program, { file, stat }: Program): boolean {
  if (stat.size === 0 || shell.stat.size !== stat.size) return false;
  try {
    return readFileSync(shell.file).equals(readFileSync(file));
  } catch {
    // What cannot be read cannot be told from a shell.
    return true;
  }
}
