import { type FileSystem, quote, VivariumError } from "@vivarium/core";
import { readFileSystem } from "../driver-shape.ts";
import { entriesOf } from "../option-rule.ts";
import { completeDriver } from "./complete-driver.ts";
import { isWithin, parentOf } from "./guest-path.ts";
import type { ResolvedFiles } from "./resolved-files.ts";

/** One filesystem, and where it is mounted. */
export interface Mount {
  readonly point: string;
  readonly files: ResolvedFiles;
  /** Tells it from the other mounts. */
  readonly index: number;
}

/** A path of the whole, and what it is in the mount that it lies in. */
export interface Place {
  readonly mount: Mount;
  readonly path: string;
}

const unplain = /\/(?:\.{0,2}(?:\/|$))/;

/** Which filesystem lies where. A mount covers what is beneath its point in the filesystem above it. */
export class MountTable {
  /** Deeper points come first. */
  readonly #mounts: readonly Mount[];
  /** Directories above mount points, and the names in them that lead there. */
  readonly #names: ReadonlyMap<string, ReadonlySet<string>>;
  readonly #points: ReadonlySet<string>;

  /** @throws {VivariumError} `ERR_INVALID_OPTION`, `ERR_INVALID_DRIVER` */
  constructor(mounts: unknown, option: string, root: FileSystem) {
    const given = entriesOf(mounts, option).filter(([, driver]) => driver !== undefined);
    const drivers = new Map<string, FileSystem>([["/", root]]);
    for (const [point, driver] of given) {
      const filesystem = readFileSystem(driver, `${option}[${quote(point)}]`);
      if (filesystem !== undefined) drivers.set(readPoint(point, option), filesystem);
    }
    this.#mounts = [...drivers]
      .map(([point, driver], index) => ({
        point,
        files: completeDriver(driver),
        index,
      }))
      .sort((one, other) => other.point.length - one.point.length);
    this.#points = new Set(drivers.keys());
    this.#names = namesAbove(drivers.keys());
  }

  get mounts(): readonly Mount[] {
    return this.#mounts;
  }

  find(path: string): Place {
    for (const mount of this.#mounts) {
      const { point } = mount;
      if (!isWithin(path, point)) continue;
      return { mount, path: point === "/" ? path : path.slice(point.length) || "/" };
    }
    throw new Error("No filesystem is mounted at /");
  }

  isPoint(path: string): boolean {
    return this.#points.has(path);
  }

  /** Names in a directory that lead to mount points, whatever else is in it. */
  namesIn(directory: string): ReadonlySet<string> | undefined {
    return this.#names.get(directory);
  }

  /** The nearest directory above a path that is a mount point or lies above one. */
  fixedAbove(path: string): string {
    for (let above = parentOf(path); ; above = parentOf(above)) if (this.isFixed(above)) return above;
  }

  /** Whether a path is a mount point or lies above one: it is a directory, and stays where it is. */
  isFixed(path: string): boolean {
    return this.#points.has(path) || this.#names.has(path);
  }
}

function readPoint(point: string, option: string): string {
  if (point === "/" || (point.startsWith("/") && !unplain.test(point) && !point.includes("\0"))) return point;
  throw new VivariumError("ERR_INVALID_OPTION", {
    option,
    wanted: 'absolute paths as names, as "/data", without dots and without a slash at the end',
    actual: point,
  });
}

function namesAbove(points: Iterable<string>): ReadonlyMap<string, ReadonlySet<string>> {
  const names = new Map<string, Set<string>>();
  for (const point of points) {
    for (let path = point; path !== "/"; path = parentOf(path)) {
      const above = parentOf(path);
      const known = names.get(above) ?? new Set();
      names.set(above, known.add(path.slice(path.lastIndexOf("/") + 1)));
    }
  }
  return names;
}
