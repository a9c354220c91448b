import { closeSync, constants, existsSync, openSync, readlinkSync, realpathSync } from "node:fs";
import { createFileSystemError } from "@vivarium/core";

const tellsOfDescriptors = process.platform === "linux" && existsSync("/proc/self/fd");

/**
 * Something that lies at a path of the host with no link in it, held open. Where the system tells what a descriptor is of, no
 * link can take the place of a directory above it in between.
 */
export class OwnPlace implements Disposable {
  readonly fd: number;
  /** By which to reach what is in a directory. */
  readonly way: string;

  /** @throws what `open(2)` does; `ENOENT` where the path leads elsewhere */
  constructor(path: string, flags = 0) {
    if (!tellsOfDescriptors && realpathSync.native(path) !== path) throw createFileSystemError("ENOENT");
    this.fd = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK | flags);
    this.way = tellsOfDescriptors ? `/proc/self/fd/${this.fd}` : path;
    if (!tellsOfDescriptors || readlinkSync(this.way) === path) return;
    this[Symbol.dispose]();
    throw createFileSystemError("ENOENT");
  }

  [Symbol.dispose](): void {
    closeSync(this.fd);
  }
}
