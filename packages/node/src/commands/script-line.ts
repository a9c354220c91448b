import { closeSync, openSync, readSync } from "node:fs";
import { CommandError } from "./command-error.ts";

/** What a script says of who is to interpret it. */
export interface ScriptLine {
  /** As it is written: an absolute path. */
  readonly interpreter: string;
  /** What follows it: one argument, if there is any. */
  readonly args: readonly string[];
}

/** So much of a file Linux looks at. */
const LONGEST_LINE_BYTES = 256;

/**
 * The first line (`#!`) of a script, as Linux reads it; undefined for a file that is none, and for one that may not be
 * read: nobody can have it interpreted.
 *
 * @throws {CommandError} `ENOEXEC` for a line that names nobody, or is too long; `EACCES` for an interpreter that depends on
 *   the directory
 */
export function readScriptLine(file: string): ScriptLine | undefined {
  const start = startOf(file);
  if (!start.startsWith("#!")) return undefined;
  const end = start.indexOf("\n");
  if (end < 0 && start.length === LONGEST_LINE_BYTES)
    throw new CommandError("ENOEXEC", "the first line of the script is too long");
  const [, interpreter, argument] =
    /^[ \t]*([^ \t\0]+)(?:[ \t]+([^\0]*?))?[ \t]*$/.exec(start.slice("#!".length, end < 0 ? undefined : end)) ?? [];
  if (interpreter === undefined) throw new CommandError("ENOEXEC", "the script names no interpreter");
  if (!interpreter.startsWith("/"))
    throw new CommandError("EACCES", "the interpreter of the script is not an absolute path");
  return { interpreter, args: argument === undefined || argument === "" ? [] : [argument] };
}

/** Bytes as characters: a path of the host may have any. */
function startOf(file: string): string {
  let fd: number | undefined;
  try {
    fd = openSync(file, "r");
    const bytes = Buffer.alloc(LONGEST_LINE_BYTES);
    return bytes.toString("utf8", 0, readSync(fd, bytes));
  } catch {
    return "";
  } finally {
    if (fd !== undefined) closeSync(fd);
  }
}
