import { type ErrnoCode, type ErrnoEntry, errnoTable } from "./errno.table.ts";

const byCode: ReadonlyMap<unknown, ErrnoEntry> = new Map(Object.entries(errnoTable));
const byNumber: ReadonlyMap<number, ErrnoCode> = new Map(
  Object.entries(errnoTable).map(([code, entry]) => [entry.errno, code as ErrnoCode]),
);

/** Whether a value is the name of an error that the table knows. */
export function isErrnoCode(value: unknown): value is ErrnoCode {
  return byCode.has(value);
}

/** The negative number of an error (`ENOENT` → -2). */
export function errnoOf(code: ErrnoCode): number {
  return errnoTable[code].errno;
}

/** The name of a negative number (-2 → `ENOENT`), or `undefined` when there is none. */
export function errnoCodeOf(errno: number): ErrnoCode | undefined {
  return byNumber.get(errno);
}

/**
 * The POSIX name that a thrown value carries in its `code`, or `undefined` when it carries none: the value may be
 * anything, and reading it may throw. What a driver throws without such a name is an `EIO` for the guest.
 */
export function errnoCodeOfError(error: unknown): ErrnoCode | undefined {
  if (typeof error !== "object" || error === null) return undefined;
  try {
    const { code } = error as { readonly code?: unknown };
    return isErrnoCode(code) ? code : undefined;
  } catch {
    return undefined;
  }
}
