import type { ChildWish, CommandResult } from "@vivarium/core";
import type { Attempt } from "../attempt.ts";
import type { Steps } from "../maybe-async.ts";
import { CallFailure } from "../system-calls/call-failure.ts";
import { type AllowedCommand, allowedCommand, type CommandPlace, type CommandStartOptions } from "./command-start.ts";
import type { PlainLine } from "./plain-line.ts";

/** What a shell answers that knows no such command. */
const NOT_FOUND = 127;

/**
 * Finds out what a line for a shell comes to, and asks whether the guest may start that: the command itself, where the line
 * is nothing else, or the shell. Where commands are no files, what a shell would make of the line is for it to say, and the
 * order is the other one.
 *
 * @throws {CallFailure} as {@link allowedCommand} does
 */
export function* allowedLine(
  attempt: Attempt,
  wish: ChildWish,
  { line, place }: { readonly line: PlainLine; readonly place: CommandPlace },
  options: CommandStartOptions,
): Steps<AllowedCommand> {
  const [file] = line.words;
  const command = { ...wish, file, args: line.words };
  const { executor } = options;
  const commandFirst = executor === undefined || executor.resolve !== undefined;
  const [first, second] = commandFirst ? [command, wish] : [wish, command];
  const begun = yield* unlessRefused(allowedCommand(attempt, first, place, options));
  if (!(begun instanceof CallFailure) && (first === wish || seesTheSame(line, begun, place))) return begun;
  const other = yield* unlessRefused(allowedCommand(attempt, second, place, options));
  if (!(other instanceof CallFailure)) return other;
  if (!(begun instanceof CallFailure)) throw other;
  const isMissing = commandFirst && begun.code === "ENOENT" && !line.isBuiltin;
  if (isMissing && (executor === undefined || other.code === "EACCES")) return missingCommand(wish, file, place);
  // What it says of the command tells more than what it says of the shell, which was not asked for.
  throw commandFirst && begun.code === "EACCES" ? begun : other;
}

/** Whether the executor gives a command the variables that the line was read with. */
function seesTheSame({ variables }: PlainLine, { request }: AllowedCommand, { env }: CommandPlace): boolean {
  return variables.every((name) => request.env[name] === env[name]);
}

/** What was asked for, or why not: because somebody does not allow it, or because it does not exist. */
export function* unlessRefused(asked: Steps<AllowedCommand>): Steps<AllowedCommand | CallFailure> {
  try {
    return yield* asked;
  } catch (error) {
    if (error instanceof CallFailure && (error.code === "EACCES" || error.code === "ENOENT")) return error;
    throw error;
  }
}

/** What a shell does about a command that there is not: nothing is started. */
function missingCommand({ file, args: [, ...args] }: ChildWish, name: string, place: CommandPlace): AllowedCommand {
  return {
    request: { command: file, args, ...place },
    driver: "commands",
    async run({ onStderr }): Promise<CommandResult> {
      await onStderr(new TextEncoder().encode(`${file}: 1: ${name}: not found\n`));
      return { code: NOT_FOUND, signal: null };
    },
  };
}
