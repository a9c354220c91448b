import { VivariumError } from "@vivarium/core";
import type { FileSystemSnapshot, SnapshotEntry, SnapshotMetadata, SnapshotName } from "./file-system-snapshot.ts";
import { isLongerThan, nameLimitBytes, pathLimitBytes } from "./path-validation.ts";

type Fields = Readonly<Record<string, unknown>>;

/**
 * Judges a snapshot, which may come from a store that others write to, and copies what it says: each property is read
 * once, so that a getter cannot answer differently later.
 *
 * @throws `ERR_INVALID_SNAPSHOT`
 */
export function parseSnapshot(snapshot: FileSystemSnapshot): readonly SnapshotEntry[] {
  const { version, entries } = fieldsOf(snapshot, "the snapshot");
  if (version !== 1) throw invalid("its version is not 1");
  if (!Array.isArray(entries) || entries.length === 0) throw invalid("its entries are no array with a root");
  const parsed: SnapshotEntry[] = [];
  const namesOf: Array<Set<string>> = [];
  for (const value of entries as readonly unknown[]) {
    const index = parsed.length;
    const entry = parseEntry(fieldsOf(value, `entry ${index}`), index, parsed);
    if (index > 0) {
      const names = namesOf[entry.parent] ?? new Set();
      namesOf[entry.parent] = names;
      if (names.has(entry.name)) throw invalid(`entry ${index} has the name of another in its directory`);
      names.add(entry.name);
    }
    parsed.push(entry);
  }
  return parsed;
}

function parseEntry(fields: Fields, index: number, before: readonly SnapshotEntry[]): SnapshotEntry {
  const { type } = fields;
  const place = parseName(fields, index, before);
  if (type === "hard-link") return { type, ...place, to: parseHardLink(fields["to"], index, before) };
  const common = { ...place, ...parseMetadata(fields, index) };
  switch (type) {
    case "directory":
    case "socket":
      return { type, ...common };
    case "file": {
      const { content } = fields;
      if (content instanceof Uint8Array) return { type, ...common, content };
      throw invalid(`the content of entry ${index} is no Uint8Array`);
    }
    case "symlink": {
      const { target } = fields;
      if (isText(target) && target !== "" && !isLongerThan(target, pathLimitBytes)) return { type, ...common, target };
      throw invalid(`the target of entry ${index} is no path`);
    }
    default:
      throw invalid(`the type of entry ${index} is unknown`);
  }
}

function parseName({ parent, name, type }: Fields, index: number, before: readonly SnapshotEntry[]): SnapshotName {
  if (index === 0) {
    if (parent === -1 && name === "" && type === "directory") return { parent, name };
    throw invalid("entry 0 is no root");
  }
  if (typeof parent !== "number" || before[parent]?.type !== "directory") {
    throw invalid(`the parent of entry ${index} is no directory before it`);
  }
  if (!isText(name) || name === "" || name === "." || name === ".." || name.includes("/")) {
    throw invalid(`the name of entry ${index} cannot be in a directory`);
  }
  if (isLongerThan(name, nameLimitBytes)) throw invalid(`the name of entry ${index} is too long`);
  return { parent, name };
}

function parseHardLink(to: unknown, index: number, before: readonly SnapshotEntry[]): number {
  const existing = typeof to === "number" ? before[to]?.type : undefined;
  if (typeof to === "number" && (existing === "file" || existing === "symlink" || existing === "socket")) return to;
  throw invalid(`entry ${index} links to no file before it`);
}

function parseMetadata(fields: Fields, index: number): SnapshotMetadata {
  const { mode, uid, gid, atimeMs, mtimeMs, ctimeMs, birthtimeMs } = fields;
  if (!isCount(mode) || mode > 0o7777) throw invalid(`the mode of entry ${index} is no mode`);
  if (!isCount(uid) || !isCount(gid)) throw invalid(`the owner of entry ${index} is no number`);
  if (!isTime(atimeMs) || !isTime(mtimeMs) || !isTime(ctimeMs) || !isTime(birthtimeMs)) {
    throw invalid(`a time of entry ${index} is no finite number`);
  }
  return { mode, uid, gid, atimeMs, mtimeMs, ctimeMs, birthtimeMs };
}

function fieldsOf(value: unknown, what: string): Fields {
  if (typeof value !== "object" || value === null) throw invalid(`${what} is no object`);
  return { ...value };
}

const isText = (value: unknown): value is string =>
  typeof value === "string" && value.isWellFormed() && !value.includes("\0");
const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= 0;
const isTime = (value: unknown): value is number => Number.isFinite(value);

const invalid = (problem: string): VivariumError => new VivariumError("ERR_INVALID_SNAPSHOT", { problem });
