import type fs from "node:fs";
import { constants } from "node:fs";
import { createFileSystemError } from "@vivarium/core";
import { nameOf, parentOf } from "./guest-path.ts";
import type { HeldPath, PathHolder } from "./held-path.ts";
import type { HostCalls } from "./host-calls.ts";
import { type Steps, wait } from "./steps.ts";

/** macOS: no component may be a link, as the kernel opens the path. */
const O_NOFOLLOW_ANY = 0x2000_0000;
const openFlags =
  constants.O_NOCTTY | constants.O_NONBLOCK | (process.platform === "darwin" ? O_NOFOLLOW_ANY : constants.O_NOFOLLOW);

/**
 * Paths where there are no descriptors that only name. The host's system is asked for the real path of the directory,
 * which has to be the very path that was asked for, and what is opened afterwards has to be what was seen. A program of
 * the host's that swaps a directory for a link between the two can still lead a call astray; a guest cannot, since it
 * makes one call after the other.
 */
export class ComparedPaths implements PathHolder {
  readonly #root: string;
  readonly #prefix: string;
  readonly #calls: HostCalls;

  constructor(root: string, calls: HostCalls) {
    this.#root = root;
    this.#prefix = root === "/" ? "" : root;
    this.#calls = calls;
  }

  *hold(path: string): Steps<HeldPath> {
    const way = path === "/" ? this.#root : `${this.#prefix}${path}`;
    if (path !== "/") yield* this.#assertDirectory(parentOf(path));
    const stats: fs.Stats = yield* wait(this.#calls.lstat(way));
    // A filesystem that takes several spellings for a name tells the one that it has.
    if (!stats.isSymbolicLink() && (yield* wait(this.#calls.realpath(way))) !== way) {
      throw createFileSystemError("ENOENT", { path });
    }
    return { stats, way, fd: undefined, openFlags };
  }

  *isAbsent(path: string): Steps<boolean> {
    try {
      return (yield* wait(this.#calls.find(`${this.#prefix}${path}`))) === undefined;
    } catch {
      // It is for a closer look to say what is wrong: this may be wrong with another place.
      return false;
    }
  }

  *release(): Steps<void> {}

  /** Goes up to the first directory that is as it is asked for, and from there tells what is wrong. */
  *#assertDirectory(path: string): Steps<void> {
    if (path === "/") return;
    const way = `${this.#prefix}${path}`;
    if ((yield* this.#realPath(way)) === way) return;
    yield* this.#assertDirectory(parentOf(path));
    const stats: fs.Stats = yield* wait(this.#calls.lstat(way));
    if (stats.isSymbolicLink()) throw createFileSystemError("ELOOP", { path });
    if (!stats.isDirectory()) throw createFileSystemError("ENOTDIR", { path });
    throw createFileSystemError("ENOENT", { path, reason: `no entry is spelt ${JSON.stringify(nameOf(path))}` });
  }

  *#realPath(way: string): Steps<string | undefined> {
    try {
      return yield* wait(this.#calls.realpath(way));
    } catch {
      return undefined;
    }
  }
}
