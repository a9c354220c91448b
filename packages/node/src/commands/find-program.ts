import { accessSync, constants, realpathSync, type Stats, statSync } from "node:fs";
import { isAbsolute, join, posix } from "node:path";
import { asCommandError, CommandError } from "./command-error.ts";
import { type DirectoryMapping, hostPlace } from "./host-directory.ts";
import { readScriptLine } from "./script-line.ts";

/** Where programs are looked for. */
export interface SearchPlaces {
  /** For what a guest names. */
  readonly path: readonly string[];
  readonly directories: DirectoryMapping;
}

/** A program of the host. */
export interface Program {
  /** Absolute, with all links resolved. */
  readonly file: string;
  readonly stat: Stats;
  /** Of a script: who interprets it, and what it is told before the script's path. */
  readonly interpreter?: Interpreter;
}

/** The program that a script names in its first line. */
export interface Interpreter {
  readonly program: Program;
  /** As the script writes it: some programs do something else by another name. */
  readonly name: string;
  readonly args: readonly string[];
}

const SETUID_OR_SETGID = 0o6000;

/**
 * Finds what a guest calls a command. A name is looked for in the executor's directories alone; a path is one of the
 * guest's where a directory of the host stands for its own, else one of the host's; so is what that directory does not have and
 * the executor's directories do. A relative one counts from the host's directory in which the command runs.
 *
 * @throws {CommandError} `ENOENT`, `EACCES`; `ENOEXEC` for a script that nobody can interpret
 */
export function findProgram(command: string, directory: string, { path, directories }: SearchPlaces): Program {
  if (command === "" || command.includes("\0")) throw new CommandError("ENOENT");
  return withInterpreter(find(command, directory, { path, directories }));
}

/** A script's interpreter is a program of its own: what is run is that, whatever takes the script's place. */
function withInterpreter(program: Program): Program {
  const line = readScriptLine(program.file);
  if (line === undefined) return program;
  const interpreter = programAt(line.interpreter);
  if (readScriptLine(interpreter.file) !== undefined)
    throw new CommandError("ENOEXEC", "the interpreter of the script is a script itself");
  return { ...program, interpreter: { program: interpreter, name: line.interpreter, args: line.args } };
}

function find(command: string, directory: string, { path, directories }: SearchPlaces): Program {
  if (command.includes("/")) return findPath(command, directory, { path, directories });
  let denied = false;
  for (const place of path) {
    try {
      return programAt(join(place, command));
    } catch (error) {
      if (!(error instanceof CommandError)) throw error;
      denied ||= error.code === "EACCES";
    }
  }
  throw new CommandError(denied ? "EACCES" : "ENOENT");
}

/** Where a directory stands for all of a guest's (`/`), Node's own library still goes by `/bin/sh`. */
function findPath(command: string, directory: string, { path, directories }: SearchPlaces): Program {
  try {
    return programAt(placeOf(command, directory, directories));
  } catch (error) {
    const isMissing = error instanceof CommandError && error.code === "ENOENT";
    if (!isMissing || !path.includes(posix.dirname(command))) throw error;
    return programAt(command);
  }
}

function placeOf(command: string, directory: string, directories: DirectoryMapping): string {
  if (!isAbsolute(command)) return join(directory, command);
  return hostPlace(directories, command)?.path ?? posix.normalize(command);
}

function programAt(path: string): Program {
  try {
    const file = realpathSync(path);
    const stat = statSync(file);
    if (!stat.isFile()) throw new CommandError("EACCES");
    accessSync(file, constants.X_OK);
    if ((stat.mode & SETUID_OR_SETGID) !== 0)
      throw new CommandError("EACCES", "it is a program that takes on the rights of another user (setuid)");
    return { file, stat };
  } catch (error) {
    throw asCommandError(error);
  }
}
