import { posix } from "node:path";
import type {
  ByteStream,
  CommandRequest,
  CommandResult,
  Execution,
  ExecutionReport,
  Outcome,
  ProcessConfig,
} from "@vivarium/core";
import type { Attempt } from "../attempt.ts";
import type { Steps } from "../maybe-async.ts";
import { CallFailure } from "../system-calls/call-failure.ts";
import type { HostRun } from "../system-calls/host-run.ts";
import { type AllowedCommand, demand } from "./command-start.ts";
import { GuestSignals } from "./guest-signals.ts";
import { type NodeCommand, readNodeArguments } from "./node-arguments.ts";

/** What a guest finds Node at, unless its embedder says otherwise. */
export const DEFAULT_EXEC_PATH = "/usr/local/bin/node";

/** How many guests may stand in a row, each started by the one before. */
const DEEPEST = 4;
/** What Node answers that does not know an option. */
const INVALID_ARGUMENT = 9;

/** A guest that another one wants to start. */
export interface GuestWish {
  readonly command: string;
  /** Without the command itself. */
  readonly args: readonly string[];
  /** The name that it is told first. */
  readonly argv0: string;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly pid: number;
  /** Whether its parent waits for it in its call. */
  readonly isAwaited: boolean;
}

interface GuestProgram extends GuestWish, NodeCommand {
  readonly signals: GuestSignals;
}

/** Whether a command is Node, so that another guest is started and no process of the host. */
export function isNode(command: string, { execPath = DEFAULT_EXEC_PATH }: ProcessConfig): boolean {
  return command === "node" || command === execPath;
}

/** Starts the guests of one guest. */
export class GuestStarts {
  readonly #run: HostRun;
  readonly #startedAt: number = performance.now();

  constructor(run: HostRun) {
    this.#run = run;
  }

  /** Asks whether a guest may be started. @throws {CallFailure} `EACCES`, `EAGAIN`, `ENOTSUP` */
  *allowed(attempt: Attempt, wish: GuestWish): Steps<AllowedCommand> {
    const { systemDriver, startGuest, role, onDiagnostic } = this.#run;
    const { permissions, processConfig } = systemDriver;
    const { args, cwd, env } = wish;
    const check = permissions.childProcess;
    if (typeof check !== "function") throw new CallFailure("EACCES");
    const resolved = processConfig.execPath ?? DEFAULT_EXEC_PATH;
    const request = { command: "node", resolved, args, cwd, env, shell: false, guest: true } as const;
    yield* demand(attempt, request, { check, onDiagnostic });
    if (startGuest === undefined) throw new CallFailure("ENOTSUP", "guests start no other guests here");
    if (wish.isAwaited && !startGuest.mayBeAwaited)
      throw new CallFailure(
        "ENOTSUP",
        "a guest that may share its cell with another cannot wait for it; start it asynchronously",
      );
    if ((role?.depth ?? 0) >= DEEPEST)
      throw new CallFailure("EAGAIN", `${DEEPEST} guests have started each other already`);
    const command = { command: wish.command, args, cwd, env };
    return { request: command, run: (given, channel) => this.#start(wish, given, channel), driver: "guests" };
  }

  async #start(wish: GuestWish, request: CommandRequest, channel: ByteStream | undefined): Promise<CommandResult> {
    const node = readNodeArguments(wish.args, wish.argv0);
    if ("problem" in node) {
      await request.onStderr(new TextEncoder().encode(`${node.problem}\n`));
      return { code: INVALID_ARGUMENT, signal: null };
    }
    const signals = new GuestSignals();
    const end = new AbortController();
    request.onSignal((name) => {
      if (!signals.send(name)) end.abort();
    });
    const signal = AbortSignal.any([request.signal, end.signal]);
    const report = await this.#report({ ...wish, ...node, signals }, { ...request, signal }, channel);
    return this.#resultOf(report, request, signals);
  }

  async #report(
    { argv0, cwd, env, pid, entry, script, argv, execArgv, options, signals }: GuestProgram,
    { stdin, signal, onStdout, onStderr }: CommandRequest,
    bytes: ByteStream | undefined,
  ): Promise<ExecutionReport> {
    const { systemDriver, execution: own, startGuest, role } = this.#run;
    if (startGuest === undefined) throw new CallFailure("ENOTSUP");
    const { NODE_CHANNEL_SERIALIZATION_MODE: serialization = "json", NODE_CHANNEL_FD: _fd, ...variables } = env;
    const { argv: _argv, stdin: _stdin, ...processConfig } = systemDriver.processConfig;
    const execution: Execution = {
      code: "",
      filePath: script === undefined ? "/" : posix.resolve(cwd, script),
      mode: "exec",
      profile: "node",
      argv,
      env: {},
      cwd,
      stdin,
      limits: { ...own.limits, wallTimeLimitMs: this.#wallTimeLeftMs() },
      signal,
      ...(own.modules !== undefined && { modules: own.modules }),
    };
    return startGuest.start({
      systemDriver: { ...systemDriver, processConfig: { ...processConfig, env: variables } },
      execution,
      role: {
        entry,
        flags: { execArgv, options },
        argv0,
        pid,
        signals,
        ppid: role?.pid ?? processConfig.pid ?? 1,
        depth: (role?.depth ?? 0) + 1,
        onOutput: (stream, chunk) => (stream === "stdout" ? onStdout(chunk) : onStderr(chunk)),
        ...(bytes !== undefined && { channel: { bytes, serialization } }),
      },
    });
  }

  /** Of a guest that stays, each has as much as its evaluation had. */
  #wallTimeLeftMs(): number {
    const { limits, mode } = this.#run.execution;
    if (mode === "load") return limits.wallTimeLimitMs;
    return Math.max(1, limits.wallTimeLimitMs - (performance.now() - this.#startedAt));
  }

  async #resultOf(
    { outcome }: ExecutionReport,
    request: CommandRequest,
    { endedBy }: GuestSignals,
  ): Promise<CommandResult> {
    switch (outcome.kind) {
      case "returned":
      case "exited":
      case "threw":
        return endedBy === undefined ? { code: outcome.code, signal: null } : { code: null, signal: endedBy };
      case "aborted":
        return { code: null, signal: endedBy ?? "SIGKILL" };
      default:
        await request.onStderr(new TextEncoder().encode(`Killed: ${outcome.kind}\n`));
        return { code: null, signal: signalOf(outcome) };
    }
  }
}

/** What would have ended a process that went so far. */
function signalOf({ kind }: Outcome): string {
  return kind === "out-of-memory" || kind === "crashed" ? "SIGABRT" : "SIGKILL";
}
