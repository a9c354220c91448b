import type fs from "node:fs";
import { constants } from "node:fs";
import { createFileSystemError } from "@vivarium/core";
import type { HeldPath, PathHolder } from "./held-path.ts";
import type { HostCalls } from "./host-calls.ts";
import { isKernelFileSystem } from "./kernel-file-systems.table.ts";
import { type Steps, wait } from "./steps.ts";

/** Linux: a descriptor that names something and opens nothing, whatever it is. */
const O_PATH = 0o10_000_000;
const NAMING = O_PATH | constants.O_NOFOLLOW;
/** So often a path may have come to mean something else between two looks. */
const LOOKS_MAX = 8;

export interface DescriptorPathsOptions {
  /** A real path of the host, without links. */
  readonly root: string;
  readonly calls: HostCalls;
  /** Device of the root. */
  readonly dev: number;
  /** Number of the mount that the root is in, where nothing else is to be entered. */
  readonly mount: string | undefined;
}

/**
 * Paths by way of Linux' descriptors that only name (`O_PATH`). A path is opened so, which has no effect on what it
 * leads to; then the kernel is asked where that lies (`/proc/self/fd`), and it has to be the very place that was asked for.
 * Whoever changes the path in between gains a refusal: what is done next is done to what the descriptor names.
 */
export class DescriptorPaths implements PathHolder {
  readonly #options: DescriptorPathsOptions;
  readonly #prefix: string;

  constructor(options: DescriptorPathsOptions) {
    this.#options = options;
    this.#prefix = options.root === "/" ? "" : options.root;
  }

  *hold(path: string): Steps<HeldPath> {
    const place = this.#placeOf(path);
    let found = "";
    for (let look = 0; look < LOOKS_MAX; look += 1) {
      const held = yield* this.#holdIfThere(yield* this.#name(path, place), place);
      if (typeof held !== "string") return held;
      found = held;
    }
    throw elsewhere(path, found, place);
  }

  *isAbsent(path: string): Steps<boolean> {
    try {
      return (yield* wait(this.#options.calls.find(`${this.#prefix}${path}`))) === undefined;
    } catch {
      // It is for a closer look to say what is wrong: this may be wrong with another place.
      return false;
    }
  }

  *release({ fd }: HeldPath): Steps<void> {
    if (fd !== undefined) yield* wait(this.#options.calls.close(fd));
  }

  #placeOf(path: string): string {
    return path === "/" ? this.#options.root : `${this.#prefix}${path}`;
  }

  /** What a descriptor names, if it lies at a place; else where that lies, and the descriptor is closed. */
  *#holdIfThere(fd: number, place: string): Steps<HeldPath | string> {
    const way = `/proc/self/fd/${fd}`;
    let found: string;
    try {
      found = yield* wait(this.#options.calls.readlink(way));
      if (found === place) return yield* this.#enter(fd, way);
    } catch (error) {
      yield* wait(this.#options.calls.close(fd));
      throw error;
    }
    yield* wait(this.#options.calls.close(fd));
    return found;
  }

  *#name(path: string, place: string): Steps<number> {
    try {
      return yield* wait(this.#options.calls.open(place, NAMING));
    } catch (error) {
      if (path === "/") throw error;
      return yield* this.#nameStepwise(path);
    }
  }

  /**
   * From the nearest directory that is there, which is held, one name after the other: then an error tells of that
   * directory, and not of what a link leads to.
   */
  *#nameStepwise(path: string): Steps<number> {
    const ends = endsOf(path);
    const beginning = (components: number): string => (components === 0 ? "/" : path.slice(0, ends[components - 1]));
    let depth = yield* this.#nearest(ends.length - 1, beginning);
    let directory = yield* this.hold(beginning(depth));
    for (;;) {
      const fd = yield* this.#nameIn(directory, path.slice((ends[depth - 1] ?? 0) + 1, ends[depth]), path);
      depth += 1;
      if (depth === ends.length) return fd;
      const place = this.#placeOf(beginning(depth));
      const next = yield* this.#holdIfThere(fd, place);
      if (typeof next === "string") throw elsewhere(path, next, place);
      directory = next;
    }
  }

  /** Opens a name in a directory, which is let go. */
  *#nameIn(directory: HeldPath, name: string, path: string): Steps<number> {
    try {
      if (directory.stats.isSymbolicLink()) throw createFileSystemError("ELOOP", { path });
      return yield* wait(this.#options.calls.open(`${directory.way}/${name}`, NAMING));
    } finally {
      yield* this.release(directory);
    }
  }

  /** How many components of a path are there, as far as a fast look tells. By halves: a path may have two thousand. */
  *#nearest(most: number, beginning: (components: number) => string): Steps<number> {
    // Nearly always it is the name alone that is missing.
    if (yield* this.#isThere(beginning(most))) return most;
    let there = 0;
    let missing = most;
    while (missing - there > 1) {
      const middle = Math.floor((there + missing) / 2);
      if (yield* this.#isThere(beginning(middle))) there = middle;
      else missing = middle;
    }
    return there;
  }

  *#isThere(path: string): Steps<boolean> {
    try {
      return (yield* wait(this.#options.calls.find(this.#placeOf(path)))) !== undefined;
    } catch {
      return false;
    }
  }

  *#enter(fd: number, way: string): Steps<HeldPath> {
    const stats: fs.Stats = yield* wait(this.#options.calls.fstat(fd));
    yield* this.#assertMount(stats, fd, way);
    return { stats, way, fd, openFlags: constants.O_NOCTTY | constants.O_NONBLOCK };
  }

  /** What the kernel shows of itself as files is not entered: it would hand out the host's own process. */
  *#assertMount(stats: fs.Stats, fd: number, way: string): Steps<void> {
    const { dev, mount, calls } = this.#options;
    if (mount !== undefined && (yield* mountOf(calls, fd)) !== mount) {
      throw createFileSystemError("EACCES", { reason: "another filesystem is mounted here" });
    }
    if (stats.dev === dev || stats.isSymbolicLink()) return;
    const { type } = yield* wait(calls.statfs(way));
    if (isKernelFileSystem(type)) {
      throw createFileSystemError("EACCES", { reason: "files that the host's kernel makes up are not served" });
    }
  }
}

/** Where each component of a path ends. */
function endsOf(path: string): number[] {
  const ends: number[] = [];
  for (let end = path.indexOf("/", 1); end !== -1; end = path.indexOf("/", end + 1)) ends.push(end);
  ends.push(path.length);
  return ends;
}

const INFO_BYTES = 1_024;

/** The number of the mount that a descriptor names something in. */
export function* mountOf(calls: HostCalls, fd: number): Steps<string> {
  const info = yield* wait(calls.open(`/proc/self/fdinfo/${fd}`, constants.O_RDONLY));
  try {
    const text = Buffer.alloc(INFO_BYTES);
    const count = yield* wait(calls.read(info, text, 0));
    return /^mnt_id:\s*(\d+)$/m.exec(text.toString("latin1", 0, count))?.[1] ?? "";
  } finally {
    yield* wait(calls.close(info));
  }
}

/** What is said of a path that leads to another place than it says. */
function elsewhere(path: string, found: string, wanted: string): Error {
  return createFileSystemError(isOtherSpelling(found, wanted) ? "ENOENT" : "ELOOP", { path });
}

/** Whether two paths differ in the case of letters, or in how they are composed, and not else. */
function isOtherSpelling(found: string, wanted: string): boolean {
  return spelling(found) === spelling(wanted);
}

const spelling = (path: string): string => path.normalize("NFKC").toLowerCase();
