import { VivariumError } from "@vivarium/core";
import type { InMemoryFileSystem } from "./in-memory-file-system.ts";
import { MemoryFileSystem, type MemoryFileSystemConfig } from "./memory-file-system.ts";

/** What a filesystem in memory may hold, and who owns what is in it. */
export interface InMemoryFileSystemOptions {
  /** Shown in error messages. @default "in-memory filesystem" */
  readonly name?: string;
  /**
   * Bytes that all files and targets of symbolic links may have together; more fails with `ENOSPC` before memory is
   * taken. Holes count. Files that grow in small steps take up to 256 KiB more memory than their size, and no more than twice. `Infinity`: no limit.
   *
   * @default 268_435_456 (256 MiB)
   */
  readonly maxBytes?: number;
  /**
   * Files, directories and links that there may be; every further hard link of a file counts as one.
   * More fails with `ENOSPC`. `Infinity`: no limit.
   *
   * @default 100_000
   */
  readonly maxInodes?: number;
  /** Owner of what is created. @default 1000 */
  readonly uid?: number;
  /** Group of what is created. @default 1000 */
  readonly gid?: number;
  /**
   * The clock of its time stamps: milliseconds since the epoch. While it answers what is no time, its last time stands.
   *
   * @default Date.now
   */
  readonly now?: () => number;
}

const defaults = {
  name: "in-memory filesystem",
  maxBytes: 256 * 2 ** 20,
  maxInodes: 100_000,
  uid: 1000,
  gid: 1000,
  now: (): number => Date.now(),
} as const satisfies Required<InMemoryFileSystemOptions>;

/**
 * Makes an empty filesystem in memory.
 *
 * @throws `ERR_UNKNOWN_OPTION`, `ERR_INVALID_OPTION`
 */
export function createInMemoryFileSystem(options: InMemoryFileSystemOptions = {}): InMemoryFileSystem {
  return new MemoryFileSystem(resolveOptions(options));
}

function resolveOptions(options: InMemoryFileSystemOptions): MemoryFileSystemConfig {
  if (typeof options !== "object" || options === null || Array.isArray(options)) {
    throw wrongOption("options", "an object", options);
  }
  for (const option of Object.keys(options)) {
    if (Object.hasOwn(defaults, option)) continue;
    const known = Object.keys(defaults);
    throw new VivariumError("ERR_UNKNOWN_OPTION", { option, where: "createInMemoryFileSystem", known });
  }
  const {
    name = defaults.name,
    maxBytes = defaults.maxBytes,
    maxInodes = defaults.maxInodes,
    uid = defaults.uid,
    gid = defaults.gid,
    now = defaults.now,
  } = options;
  if (typeof name !== "string") throw wrongOption("name", "a string", name);
  if (typeof now !== "function") throw wrongOption("now", "a function", now);
  assertCount("maxBytes", maxBytes, { least: 0, infinity: true });
  assertCount("maxInodes", maxInodes, { least: 1, infinity: true });
  assertCount("uid", uid, { least: 0, infinity: false });
  assertCount("gid", gid, { least: 0, infinity: false });
  return { name, maxBytes, maxInodes, uid, gid, now: steadyClock(now), isMachineTime: now === defaults.now };
}

/** Time stamps of files are finite whatever the clock says later: a driver that tells others fails every call of a guest. */
function steadyClock(now: () => number): () => number {
  let last = now();
  if (!Number.isFinite(last)) throw wrongOption("now", "a function that answers milliseconds since the epoch", last);
  return () => {
    const told = now();
    if (Number.isFinite(told)) last = told;
    return last;
  };
}

function assertCount(
  name: string,
  value: number,
  { least, infinity }: { readonly least: number; readonly infinity: boolean },
): void {
  const isCount = Number.isSafeInteger(value) && value >= least;
  if (!isCount && !(infinity && value === Infinity)) {
    const end = infinity ? " or Infinity" : "";
    throw wrongOption(name, `an integer of at least ${least}${end}`, value);
  }
}

const wrongOption = (option: string, wanted: string, actual: unknown): VivariumError =>
  new VivariumError("ERR_INVALID_OPTION", { option, wanted, actual });
