import { closeSync, constants, existsSync, openSync, readlinkSync } from "node:fs";
import { asCommandError, CommandError } from "./command-error.ts";
import { O_PATH } from "./opened-program.ts";

/** A directory that is held until a command has been started in it: no link can take its place meanwhile. */
export class OpenedDirectory implements Disposable {
  /** The path by which to enter it. */
  readonly path: string;
  readonly #fd: number | undefined;

  /**
   * @param directory absolute, with all links resolved
   * @throws {CommandError} `EACCES` for one that a link leads to by now, `ENOENT` for one that is gone
   */
  constructor(directory: string) {
    this.path = directory;
    if (process.platform !== "linux" || !existsSync("/proc/self/fd")) return;
    try {
      this.#fd = openSync(directory, O_PATH | constants.O_DIRECTORY | constants.O_NOFOLLOW);
    } catch (error) {
      throw asCommandError(error);
    }
    this.path = `/proc/${process.pid}/fd/${this.#fd}`;
    if (readlinkSync(this.path) === directory) return;
    this[Symbol.dispose]();
    throw new CommandError("EACCES", "its directory has changed since it was checked");
  }

  [Symbol.dispose](): void {
    if (this.#fd !== undefined) closeSync(this.#fd);
  }
}
