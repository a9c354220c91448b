import type { FsOperation, OpenFlags } from "@vivarium/core";
import { CallFailure } from "../system-calls/call-failure.ts";

/** Numbers of `open(2)` on Linux (x64 and arm64 agree on these as Node reports them for x64). */
export const openConstants = {
  O_RDONLY: 0,
  O_WRONLY: 0o1,
  O_RDWR: 0o2,
  O_CREAT: 0o100,
  O_EXCL: 0o200,
  O_TRUNC: 0o1000,
  O_APPEND: 0o2000,
  O_DIRECTORY: 0o200_000,
  O_NOFOLLOW: 0o400_000,
} as const;

const ACCESS_MODE = 0o3;

/** Reads the flags that a guest gave. Flags that change nothing here (`O_SYNC`, `O_NOATIME`, …) pass. */
export function readOpenFlags(flags: number): OpenFlags {
  const access = flags & ACCESS_MODE;
  if (access === ACCESS_MODE || flags < 0) throw new CallFailure("EINVAL");
  const has = (flag: number): boolean => (flags & flag) !== 0;
  const create = has(openConstants.O_CREAT);
  return {
    read: access !== openConstants.O_WRONLY,
    write: access !== openConstants.O_RDONLY,
    append: has(openConstants.O_APPEND),
    create,
    exclusive: create && has(openConstants.O_EXCL),
    truncate: has(openConstants.O_TRUNC),
    directory: has(openConstants.O_DIRECTORY),
    noFollow: has(openConstants.O_NOFOLLOW),
  };
}

/** What a check is asked when a file is opened so. */
export function operationsOf(flags: OpenFlags): readonly FsOperation[] {
  const writes = flags.write || flags.create || flags.truncate;
  // Whatever else is there is not opened.
  if (flags.directory && !writes) return listOnly;
  if (flags.read) return writes ? readAndWrite : readOnly;
  return writeOnly;
}

const listOnly: readonly FsOperation[] = ["readdir"];
const readOnly: readonly FsOperation[] = ["read"];
const writeOnly: readonly FsOperation[] = ["write"];
const readAndWrite: readonly FsOperation[] = ["read", "write"];
