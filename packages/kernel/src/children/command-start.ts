import {
  type ByteStream,
  type ChildProcessAccessRequest,
  type ChildWish,
  type CommandExecutor,
  type CommandRequest,
  type CommandResult,
  decide,
  decideSync,
  isPromiseLike,
  isShellCommand,
  type MaybePromise,
  type PermissionCheck,
  type ResolvedCommand,
} from "@vivarium/core";
import type { Attempt } from "../attempt.ts";
import type { Steps } from "../maybe-async.ts";
import { streamFailure } from "../streams/stream-failure.ts";
import { CallFailure } from "../system-calls/call-failure.ts";
import type { OnDiagnostic } from "../system-calls/report-fault.ts";
import { readResolvedCommand } from "./command-answers.ts";

/** Who is asked about commands, and who runs them. */
export interface CommandStartOptions {
  readonly executor: CommandExecutor | undefined;
  readonly check: PermissionCheck<ChildProcessAccessRequest> | undefined;
  readonly onDiagnostic: OnDiagnostic;
}

/** Where a command would run, and with which variables. */
export interface CommandPlace {
  /** Absolute path, as the guest sees it. */
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
}

/** A command that may be started. */
export interface AllowedCommand {
  readonly request: Pick<CommandRequest, "command" | "args" | "argv0" | "resolved" | "cwd" | "env">;
  /** `channel`: its end of one to its parent, where that wants one. */
  readonly run: (request: CommandRequest, channel?: ByteStream) => MaybePromise<CommandResult>;
  readonly driver: string;
}

/**
 * Finds out what a command is, and asks whether the guest may start that.
 *
 * @throws {CallFailure} `EACCES`, and what its executor throws
 */
export function* allowedCommand(
  attempt: Attempt,
  { file, args: [name = "", ...args] }: ChildWish,
  { cwd, env }: CommandPlace,
  options: CommandStartOptions,
): Steps<AllowedCommand> {
  const { executor, check } = options;
  // Nothing of the executor is reached where nothing is allowed.
  if (typeof check !== "function") throw new CallFailure("EACCES");
  const driver = executor?.name ?? "commands";
  const command = { command: file, args: Object.freeze(args), ...(name === file ? {} : { argv0: name }) };
  const found = yield* unlessFailed(
    resolve(attempt, { command: file, args, cwd, env }, executor, { driver, ...options }),
  );
  // What there is on the host's machine is told of places alone that the check allows.
  if (found instanceof CallFailure && !file.includes("/")) throw found;
  const resolved = found instanceof CallFailure ? undefined : found;
  const variables = resolved?.env ?? env;
  yield* demand(
    attempt,
    {
      ...command,
      ...placeOf(resolved),
      ...(resolved?.interpreter !== undefined && { interpreter: resolved.interpreter }),
      cwd,
      env: variables,
      shell: resolved?.shell === true || isShellCommand({ ...command, ...placeOf(resolved), cwd }),
    },
    options,
  );
  if (found instanceof CallFailure) throw found;
  if (executor === undefined) throw new CallFailure("ENOENT", "its host has no commands");
  const request = { ...command, ...(resolved !== undefined && { resolved }), cwd, env: variables };
  return { request, run: (given) => executor.run(given), driver };
}

/** What file of the host a command is, and where it would run, as far as its executor tells. */
function placeOf(resolved: ResolvedCommand | undefined): Pick<ChildProcessAccessRequest, "resolved" | "directory"> {
  if (resolved === undefined) return {};
  const { file, directory } = resolved;
  return { resolved: file, ...(directory !== undefined && { directory }) };
}

/** Throws `EACCES` unless the check allows. */
export function* demand(
  attempt: Attempt,
  request: ChildProcessAccessRequest,
  { check, onDiagnostic }: Pick<CommandStartOptions, "check" | "onDiagnostic">,
): Steps<void> {
  const answer = attempt.mayWait ? decide(check, request, onDiagnostic) : decideSync(check, request, onDiagnostic);
  const decision = yield* attempt.settle(answer);
  if (!decision.allow) throw new CallFailure("EACCES", decision.reason);
}

function* unlessFailed<T>(steps: Steps<T>): Steps<T | CallFailure> {
  try {
    return yield* steps;
  } catch (error) {
    if (error instanceof CallFailure) return error;
    throw error;
  }
}

function* resolve(
  attempt: Attempt,
  question: Parameters<NonNullable<CommandExecutor["resolve"]>>[0],
  executor: CommandExecutor | undefined,
  { driver, onDiagnostic }: { readonly driver: string; readonly onDiagnostic: OnDiagnostic },
): Steps<ResolvedCommand | undefined> {
  if (executor?.resolve === undefined) return undefined;
  const failure = (error: unknown): CallFailure => streamFailure(error, { driver, method: "resolve", onDiagnostic });
  const ask = (): MaybePromise<ResolvedCommand> | undefined => executor.resolve?.(question);
  const answer = yield* attempt.settle(failingAs(ask, failure));
  return readResolvedCommand(answer, { driver, onDiagnostic });
}

/** Calls what is the embedder's; what it throws, or rejects with, becomes another error. */
function failingAs<T>(action: () => MaybePromise<T>, failure: (error: unknown) => CallFailure): MaybePromise<T> {
  try {
    const answer = action();
    if (!isPromiseLike(answer)) return answer;
    return Promise.resolve(answer).catch((error: unknown) => {
      throw failure(error);
    });
  } catch (error) {
    throw failure(error);
  }
}
