import type fs from "node:fs";
import type { Steps } from "./steps.ts";

/** Something beneath the root of a filesystem, found at exactly the path that was asked for: no link was followed. */
export interface HeldPath {
  readonly stats: fs.Stats;
  /** What names it to the host's operating system, also as the beginning of a path into a directory. */
  readonly way: string;
  /** The descriptor that keeps {@link way} from ever meaning something else, where the system has such. */
  readonly fd: number | undefined;
  /** Flags with which {@link way} has to be opened. */
  readonly openFlags: number;
}

/**
 * Finds what lies at a path of a guest, beneath a directory of the host. No component may be a symbolic link, and every
 * name has to be spelt as the directory has it: where a filesystem takes several spellings for one name, only one
 * is a path here, so that a check of paths cannot be walked around.
 */
export interface PathHolder {
  /**
   * @throws what `open(2)` does: `ENOENT`, `ENOTDIR`, `EACCES`, …; `ELOOP` when a component before the last is a link,
   *   or the path has been changing all the time. A link in the last component is what is found.
   */
  hold(path: string): Steps<HeldPath>;
  /**
   * Whether nothing is at a path, which is told fast where it is so: programs ask for many files that are not there. Of a
   * path with a link in it the answer may be of another place, and is not for guests.
   */
  isAbsent(path: string): Steps<boolean>;
  release(held: HeldPath): Steps<void>;
}
