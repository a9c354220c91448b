import type { Guest } from "../../guest.ts";

/** What the compound operations need to know of a file. */
export interface Look {
  readonly type: "file" | "directory" | "symlink" | "socket" | "fifo" | "other";
  readonly mode: number;
  readonly dev: number;
  readonly ino: number;
  readonly atimeMs: number;
  readonly mtimeMs: number;
}

const TYPE_BITS = 0o170_000;

function typeOf(mode: number): Look["type"] {
  switch (mode & TYPE_BITS) {
    case 0o100_000:
      return "file";
    case 0o040_000:
      return "directory";
    case 0o120_000:
      return "symlink";
    case 0o140_000:
      return "socket";
    case 0o010_000:
      return "fifo";
    default:
      return "other";
  }
}

/** Looks at a path: what is there, or the negative errno that says why one cannot know. */
export function lookAt(guest: Guest, path: string, follow: boolean): Look | number {
  const { calls } = guest;
  const result = calls.sync("fs.stat", path, follow);
  if (result !== 0) return result as number;
  const { record } = calls;
  const at = (index: number): number => record[index] ?? 0;
  return {
    type: typeOf(at(1)),
    mode: at(1) & 0o7777,
    dev: at(0),
    ino: at(7),
    atimeMs: at(10) * 1000 + at(11) / 1e6,
    mtimeMs: at(12) * 1000 + at(13) / 1e6,
  };
}

/** Whether two looks saw the same file. */
export function isSame(a: Look, b: Look): boolean {
  return a.ino !== 0 && a.ino === b.ino && a.dev === b.dev;
}

/** A name within a directory. */
export function joined(directory: string, name: string): string {
  return directory.length > 0 && directory[directory.length - 1] === "/"
    ? `${directory}${name}`
    : `${directory}/${name}`;
}
