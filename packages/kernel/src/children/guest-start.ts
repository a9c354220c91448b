import { posix } from "node:path";
import type {
  ByteStream,
  ChildWish,
  CommandRequest,
  CommandResult,
  Execution,
  ExecutionReport,
  Outcome,
  ProcessConfig,
  WorkerWish,
} from "@vivarium/core";
import type { Attempt } from "../attempt.ts";
import type { Steps } from "../maybe-async.ts";
import type { Loopback } from "../network/loopback.ts";
import { CallFailure } from "../system-calls/call-failure.ts";
import type { HostRun } from "../system-calls/host-run.ts";
import { type AllowedCommand, demand } from "./command-start.ts";
import { GuestSignals } from "./guest-signals.ts";
import { type NodeCommand, readNodeArguments } from "./node-arguments.ts";
import { WorkerCount } from "./worker-count.ts";

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
  readonly #loopback: Loopback;
  readonly #workers: WorkerCount;

  constructor(run: HostRun, loopback: Loopback) {
    this.#run = run;
    this.#loopback = loopback;
    this.#workers = run.role?.worker?.count ?? new WorkerCount(run.execution.limits.threadsLimit);
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

  /** The number of one more thread of the guest, whichever of them starts it. */
  nextThreadId(): number {
    return this.#workers.nextId();
  }

  /**
   * A thread of the guest itself: another guest with the same world and no more rights, which nobody is asked about.
   *
   * @throws {CallFailure} `EAGAIN`, `ENOTSUP`
   */
  worker({ worker, env }: Pick<ChildWish, "env"> & { readonly worker: WorkerWish }, cwd: string): AllowedCommand {
    const { startGuest, role } = this.#run;
    if (startGuest === undefined) throw new CallFailure("ENOTSUP", "guests have no threads here");
    if ((role?.depth ?? 0) >= DEEPEST)
      throw new CallFailure("EAGAIN", `${DEEPEST} guests have started each other already`);
    this.#workers.assertRoom();
    const request: AllowedCommand["request"] = { command: "node", args: [], cwd, env: {} };
    const variables = variablesOf(env);
    return {
      request,
      run: (given, channel) => this.#workers.during(() => this.#startWorker(worker, variables, given, channel)),
      driver: "guests",
    };
  }

  async #startWorker(
    worker: WorkerWish,
    env: Readonly<Record<string, string>>,
    { cwd, signal, stdin, onStdout, onStderr }: CommandRequest,
    bytes: ByteStream | undefined,
  ): Promise<CommandResult> {
    const { systemDriver, execution: own, startGuest, role } = this.#run;
    if (startGuest === undefined || bytes === undefined) throw new CallFailure("ENOTSUP");
    const { argv: _argv, stdin: _stdin, ...processConfig } = systemDriver.processConfig;
    const variables = { ...processConfig.env, ...own.env };
    const { execArgv, options, threadId, name, isInternal, resourceLimits } = worker;
    const signals = new GuestSignals();
    const { outcome } = await startGuest.start({
      systemDriver: { ...systemDriver, processConfig: { ...processConfig, env: variables } },
      execution: {
        code: "",
        filePath: "/",
        mode: "exec",
        profile: "node",
        argv: [],
        env: {},
        cwd,
        stdin,
        limits: {
          ...own.limits,
          memoryLimit: heapOf(worker, own.limits.memoryLimit),
        },
        signal,
        ...(own.modules !== undefined && { modules: own.modules }),
      },
      role: {
        entry: "worker",
        flags: { execArgv, options },
        argv0: role?.argv0 ?? processConfig.execPath ?? DEFAULT_EXEC_PATH,
        pid: role?.pid ?? processConfig.pid ?? 1,
        ppid: role?.ppid ?? processConfig.ppid ?? 0,
        signals,
        depth: (role?.depth ?? 0) + 1,
        loopback: this.#loopback,
        onOutput: (stream, chunk) => (stream === "stdout" ? onStdout(chunk) : onStderr(chunk)),
        channel: { bytes, serialization: "advanced" },
        worker: {
          identity: { threadId, name, isInternal, resourceLimits, mayWait: startGuest.mayBeAwaited },
          env,
          count: this.#workers,
        },
      },
    });
    return workerResult(outcome);
  }

  async #start(wish: GuestWish, request: CommandRequest, channel: ByteStream | undefined): Promise<CommandResult> {
    const node = readNodeArguments(wish.args, {
      name: wish.argv0,
      variable: wish.env["NODE_OPTIONS"],
      opensInternals: this.#run.startGuest?.opensInternals,
    });
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
      // Its time is over when that of this guest is, with which it ends: by its own, it never ends first.
      limits: own.limits,
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
        loopback: this.#loopback,
        onOutput: (stream, chunk) => (stream === "stdout" ? onStdout(chunk) : onStderr(chunk)),
        ...(bytes !== undefined && { channel: { bytes, serialization } }),
      },
    });
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

/** How a thread has ended; by a signal where that was not its own doing. */
function workerResult(outcome: Outcome): CommandResult {
  switch (outcome.kind) {
    case "returned":
    case "exited":
    case "threw":
      return { code: outcome.code, signal: null };
    default:
      return { code: null, signal: signalOf(outcome) };
  }
}

/** Below this, in MiB, Node's library has no room to start. */
const LEAST_HEAP_MIB = 16;
const [YOUNG, OLD] = [0, 1];

/**
 * The heap of a thread, in MiB: what it was asked to have, and no more than its guest has. One of a few sizes, each twice the one before:
 * guests of each are kept ready.
 */
export function heapOf({ resourceLimits }: Pick<WorkerWish, "resourceLimits">, mostMib: number): number {
  const old = resourceLimits[OLD] ?? -1;
  if (old <= 0) return mostMib;
  const asked = Math.max(LEAST_HEAP_MIB, old + Math.max(0, resourceLimits[YOUNG] ?? 0));
  return Math.min(mostMib, 2 ** Math.ceil(Math.log2(asked)));
}

function variablesOf(pairs: readonly string[]): Readonly<Record<string, string>> {
  const variables: Record<string, string> = Object.create(null);
  for (const pair of pairs) {
    const end = pair.indexOf("=");
    if (end < 0) throw new CallFailure("EINVAL");
    variables[pair.slice(0, end)] = pair.slice(end + 1);
  }
  return Object.freeze(variables);
}

/** What would have ended a process that went so far. */
function signalOf({ kind }: Outcome): string {
  return kind === "out-of-memory" || kind === "crashed" ? "SIGABRT" : "SIGKILL";
}
