import { closeSync, constants, existsSync, fstatSync, openSync, type Stats, statSync } from "node:fs";
import { CommandError } from "./command-error.ts";
import type { Program } from "./find-program.ts";

/** Linux's flag for a descriptor that names a file and gives no way to its content: no right to read it is needed. */
export const O_PATH = 0o10000000;

/** A program that is held until it has been started: what was checked is what is run, whatever becomes of its path. */
export class OpenedProgram implements Disposable {
  /** The path by which to start it. */
  readonly path: string;
  readonly #fd: number | undefined;

  /** @throws {CommandError} `EACCES` for a file that is not the one that was found any more */
  constructor({ file, stat }: Program) {
    if (process.platform !== "linux" || !existsSync("/proc/self/fd")) {
      assertSame(stat, statSync(file));
      this.path = file;
      return;
    }
    const fd = openSync(file, O_PATH | constants.O_NOFOLLOW);
    this.#fd = fd;
    try {
      assertSame(stat, fstatSync(fd));
      this.path = `/proc/${process.pid}/fd/${fd}`;
    } catch (error) {
      this[Symbol.dispose]();
      throw error;
    }
  }

  [Symbol.dispose](): void {
    if (this.#fd !== undefined) closeSync(this.#fd);
  }
}

function assertSame(before: Stats, now: Stats): void {
  const fields = ["dev", "ino", "mode", "size", "mtimeMs", "ctimeMs"] as const;
  if (fields.every((field) => before[field] === now[field])) return;
  throw new CommandError("EACCES", "the program has changed since it was checked");
}
