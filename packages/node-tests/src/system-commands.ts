import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type ChildProcessAccessRequest,
  type CommandExecutor,
  createCommandExecutor,
  type PermissionDecision,
} from "vivarium";

/**
 * Programs of the system that read, write to their standard streams and do nothing else: the suite gets these, as they are,
 * and no shell, which it could do anything with. They run in a directory of their own: of a test's files, which are in
 * memory, they see none.
 */
const harmless: readonly string[] = [
  "cat",
  "echo",
  "false",
  "grep",
  "head",
  "ls",
  "printenv",
  "pwd",
  "sleep",
  "tail",
  "true",
  "wc",
];

/** What a test reads that wants another. */
const otherCommand = "the suite's host has a few harmless commands and no shell";

/** Allows other guests, and commands that do no harm, whatever their arguments. */
export function checkSystemCommand({ command, args, guest, shell }: ChildProcessAccessRequest): PermissionDecision {
  const name = command.slice(command.lastIndexOf("/") + 1);
  // Without arguments it tells the variables that it was given.
  const isEnv = name === "env" && args.length === 0;
  if (guest === true || isEnv || (shell !== true && harmless.includes(name))) return { allow: true };
  return { allow: false, reason: otherCommand };
}

let made: CommandExecutor | undefined;

/** The one of this process: its directory is gone with it. */
export function systemCommands(): CommandExecutor {
  made ??= makeCommands();
  return made;
}

function makeCommands(): CommandExecutor {
  const cwd = mkdtempSync(join(tmpdir(), "vivarium-suite-"));
  writeFileSync(join(cwd, "commands-run-here"), "");
  process.on("exit", () => rmSync(cwd, { recursive: true, force: true }));
  return createCommandExecutor({ cwd });
}
