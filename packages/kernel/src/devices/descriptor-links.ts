import type { FileStat } from "@vivarium/core";
import type { DescriptorTable } from "../file-system/descriptor-table.ts";

const LINK = /^\/dev\/fd\/(\d{1,9})$/;
const common = { nlink: 1, uid: 0, gid: 0, dev: 5, atimeMs: 0, mtimeMs: 0, ctimeMs: 0, birthtimeMs: 0 };
/** Their numbers are no device's and no driver's. */
const FIRST_INO = 2 ** 41;

/**
 * What a guest has open, as links in `/dev/fd` to the paths that it was opened by: whoever opens one opens the file anew, and
 * has to be allowed to.
 */
export class DescriptorLinks {
  readonly #descriptors: DescriptorTable;

  constructor(descriptors: DescriptorTable) {
    this.#descriptors = descriptors;
  }

  /** Where such a link leads; undefined where there is none. */
  targetOf(path: string): string | undefined {
    const fd = LINK.exec(path)?.[1];
    // As the system writes a number, and no other way.
    if (fd === undefined || fd !== String(Number(fd)) || !this.#descriptors.has(Number(fd))) return undefined;
    return this.#descriptors.get(Number(fd)).path;
  }

  statOf(path: string): FileStat | undefined {
    const target = this.targetOf(path);
    if (target === undefined) return undefined;
    const ino = FIRST_INO + Number(path.slice(path.lastIndexOf("/") + 1));
    return { ...common, type: "symlink", mode: 0o777, size: target.length, ino };
  }

  names(): readonly string[] {
    return this.#descriptors.numbers().map(String);
  }
}
