import type { DirectoryEntry, FileStat, FileSystemUsage, FileType, FileWatch } from "@vivarium/core";

/** A driver's answer that its contract does not allow. */
export class DriverAnswerError extends Error {
  override readonly name = "DriverAnswerError";
  readonly wanted: string;
  readonly actual: unknown;

  constructor(wanted: string, actual: unknown) {
    super(wanted);
    this.wanted = wanted;
    this.actual = actual;
  }
}

const fileTypes: ReadonlySet<unknown> = new Set([
  "file",
  "directory",
  "symlink",
  "fifo",
  "socket",
  "character-device",
  "block-device",
] satisfies FileType[]);

/** A driver's `FileStat`, each field of which is what it says. Spelt out: it runs in every call on a path. */
export function checkStat(value: unknown): FileStat {
  if (typeof value !== "object" || value === null) throw new DriverAnswerError("a FileStat", value);
  const stat = value as FileStat;
  if (!fileTypes.has(stat.type)) throw new DriverAnswerError("a FileStat with a known type", stat.type);
  if (
    !(
      isCount(stat.mode) &&
      isCount(stat.size) &&
      isCount(stat.nlink) &&
      isCount(stat.uid) &&
      isCount(stat.gid) &&
      isCount(stat.ino) &&
      isCount(stat.dev)
    )
  ) {
    throw new DriverAnswerError("a FileStat whose numbers are not negative", value);
  }
  if (!(isTime(stat.atimeMs) && isTime(stat.mtimeMs) && isTime(stat.ctimeMs) && isTime(stat.birthtimeMs))) {
    throw new DriverAnswerError("a FileStat with finite times", value);
  }
  return stat;
}

function isCount(value: unknown): boolean {
  return typeof value === "number" && value >= 0;
}

function isTime(value: unknown): boolean {
  return typeof value === "number" && Number.isFinite(value);
}

/** The answer of `statPlain`: nothing, or a stat that is not that of a link. */
export function checkPlainStat(answer: unknown): FileStat | undefined {
  if (answer === undefined) return undefined;
  const stat = checkStat(answer);
  return stat.type === "symlink" ? undefined : stat;
}

/** What a driver tells of a directory, as an array of our own. */
export function checkEntryList(value: unknown): readonly unknown[] {
  if (!Array.isArray(value)) throw new DriverAnswerError("an array of entries", value);
  return [...(value as readonly unknown[])];
}

/**
 * Entries of a directory; `names` holds those of the entries before, and gets theirs. A name with `/` or NUL would be a
 * path, or two names.
 */
export function checkEntries(told: readonly unknown[], names: Set<string>): readonly DirectoryEntry[] {
  const entries: DirectoryEntry[] = [];
  for (const entry of told) {
    if (typeof entry !== "object" || entry === null) throw new DriverAnswerError("entries with name and type", entry);
    const { name, type } = entry as { readonly name?: unknown; readonly type?: unknown };
    if (!isEntryName(name) || names.has(name)) throw new DriverAnswerError("entries with distinct names", name);
    if (!fileTypes.has(type)) throw new DriverAnswerError("entries with a known type", type);
    names.add(name);
    entries.push({ name, type: type as FileType });
  }
  return entries;
}

function isEntryName(name: unknown): name is string {
  return (
    typeof name === "string" &&
    name !== "" &&
    name !== "." &&
    name !== ".." &&
    !name.includes("/") &&
    !name.includes("\0")
  );
}

export function checkBytes(value: unknown): Uint8Array {
  if (!(value instanceof Uint8Array)) throw new DriverAnswerError("a Uint8Array", value);
  return value;
}

/** Bytes of a read that was for at most `length`. */
export function checkBytesWithin(value: unknown, length: number): Uint8Array {
  const bytes = checkBytes(value);
  if (bytes.byteLength > length) throw new DriverAnswerError(`at most ${length} bytes`, bytes.byteLength);
  return bytes;
}

/** A count of bytes. */
export function checkCount(value: unknown): number {
  if (typeof value !== "number" || !Number.isSafeInteger(value) || value < 0) {
    throw new DriverAnswerError("a count from 0", value);
  }
  return value;
}

/** A count of bytes that were to be at most `length`. */
export function checkCountWithin(value: unknown, length: number): number {
  const count = checkCount(value);
  if (count > length) throw new DriverAnswerError(`a count from 0 to ${length}`, value);
  return count;
}

/** Where a symbolic link points. */
export function checkTargetText(value: unknown): string {
  if (typeof value !== "string" || value === "" || value.includes("\0")) {
    throw new DriverAnswerError("a non-empty string without NUL", value);
  }
  return value;
}

const usageFields = ["type", "bsize", "blocks", "bfree", "bavail", "files", "ffree"] as const;

export function checkUsage(value: unknown): FileSystemUsage {
  if (typeof value !== "object" || value === null) throw new DriverAnswerError("a FileSystemUsage", value);
  const usage = value as { readonly [Key in keyof FileSystemUsage]?: unknown };
  for (const field of usageFields) {
    const figure = usage[field];
    if (typeof figure !== "number" || !(figure >= 0)) throw new DriverAnswerError(`${field} ≥ 0`, figure);
  }
  return value as FileSystemUsage;
}

export function checkFlag(value: unknown): boolean {
  if (typeof value !== "boolean") throw new DriverAnswerError("true or false", value);
  return value;
}

/** For methods that answer nothing. */
export function ignoreAnswer(): undefined {
  return undefined;
}

export function checkWatch(answer: unknown): FileWatch {
  if (typeof answer === "object" && answer !== null && typeof Reflect.get(answer, "close") === "function") {
    return answer as FileWatch;
  }
  throw new DriverAnswerError("a FileWatch", answer);
}
