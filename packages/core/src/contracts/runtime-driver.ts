import type { Diagnostic } from "../errors/diagnostic.ts";
import type { Limits } from "../limits/limits.ts";
import type { ProvidedModule } from "../modules/provided-module.ts";
import type { Outcome } from "../outcome/outcome.ts";
import type { GuestProfile } from "./guest-profile.ts";
import type { RequestBounds } from "./guest-request.ts";
import type { LoadListener } from "./loaded-guest.ts";
import type { SystemDriver } from "./system-driver.ts";

/** One piece of output, in the order in which the guest wrote it. */
export interface StdioEvent {
  readonly channel: "stdout" | "stderr";
  /** Text, decoded as UTF-8 across chunk borders. */
  readonly message: string;
}

/**
 * Takes output. A promise holds the guest's next write back until it settles; in a cell that shares the host's thread
 * and cannot wait behind a synchronous call, as `process.stdout.write()` and `console.log()` make it, only the guest's
 * next turn: what it writes within one turn is kept, in order, up to `outputLimitBytes`. A listener that throws or rejects has lost
 * that piece alone and is told so by the diagnostic `ERR_STDIO_LISTENER`: the run and its output go on. Whatever else it answers, as
 * `process.stdout.write()` does, says nothing.
 */
export type StdioListener = (event: StdioEvent) => unknown;

/** Input for a guest's standard input. */
export type StdinSource = string | Uint8Array | AsyncIterable<string | Uint8Array>;

/**
 * The reason of the signal of runs whose runtime is disposed of. A driver rejects with `ERR_RUN_NOT_STARTED`
 * (`shutting-down`) for one that has not begun, and ends any other.
 */
export const RUNTIME_DISPOSED: string = "the runtime has been disposed of";

/** What a rejection that nobody handles is: an uncaught error, or something to tell of. */
export type UnhandledRejections = "throw" | "warn";

/** What a runtime driver is asked to run. Everything in it has been validated. */
export interface Execution {
  readonly code: string;
  /** Absolute path that the program has for the guest; its extension says what it is, as in Node. */
  readonly filePath: string;
  /** What the program finds beside the language. @default "node" */
  readonly profile?: GuestProfile;
  /** `run` wants the exports of the program, `exec` only its status, `load` that it stays and its exports can be called. */
  readonly mode: "run" | "exec" | "load";
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  /**
   * Settles when `cwd` has been found to be a directory; absent when that is known. The program may not begin before, and
   * `execute` rejects with what it rejects with. It takes as long as the embedder's filesystem: it is one more thing that a
   * run waits for.
   */
  readonly directory?: Promise<void>;
  readonly stdin: StdinSource;
  /** What the program can import of the host, by name. @default nothing */
  readonly modules?: ReadonlyMap<string, ProvidedModule>;
  /** @default "throw" */
  readonly unhandledRejections?: UnhandledRejections;
  readonly limits: Limits;
  readonly onStdio?: StdioListener;
  readonly signal?: AbortSignal;
  /** The driver calls it when the program begins: whatever it waited for was to be had. */
  readonly onBegun?: () => void;
  /**
   * How long the program may take to begin, in milliseconds, before it is refused with `ERR_RUN_NOT_STARTED`, whose reason
   * says what it has waited for; a driver may have a limit of its own besides. @default Infinity
   */
  readonly startTimeLimitMs?: number;
}

/** What became of it. */
export interface ExecutionReport {
  readonly outcome: Outcome;
  /** The exports, encoded by the guest with the inert codec; absent when the program gave none. */
  readonly exports?: Uint8Array;
}

/** Where guests live. One driver serves one Runtime; it owns every cell it made. */
export interface RuntimeDriver extends AsyncDisposable {
  /** Never throws for what a guest does; throws coded errors for misuse or a cell that cannot start. */
  execute(execution: Execution): Promise<ExecutionReport>;
  /**
   * Runs a program that stays until it ends by itself or is aborted. Its limits of time are those of its evaluation; each
   * call has its own. Absent where guests cannot stay. Throws as {@link execute} does.
   */
  load?(execution: Execution, listener: LoadListener): Promise<ExecutionReport>;
  /**
   * Asks a server of one of its guests over HTTP: one exchange, within these bounds. Rejects as `fetch()` does. Absent where
   * guests cannot be reached.
   */
  fetch?(request: Request, bounds: RequestBounds): Promise<Response>;
  /** How busy it is, at once. */
  status?(): RuntimeDriverStatus;
  /** What holds its guests, found out by a cell that it starts if there is none. */
  isolation?(): Promise<IsolationReport>;
}

/**
 * What may hold a guest that has broken out of V8, each by the words of its system:
 *
 * - `process`: it is in a process of its own, with an empty environment and no descriptors but its channel's
 * - `seccomp`: an allow-list of system calls, on all threads (seccomp(2))
 * - `no_new_privs`: no program that it could start would gain anything (prctl(2))
 * - `rlimits`: limits of the kernel on descriptors, files, locked memory and dumps (setrlimit(2))
 * - `landlock`: no way to files, and on newer kernels to the network, whatever else is forgotten (landlock(7))
 * - `namespaces`: a network with nothing in it, an empty folder for all files, and no rights over either (namespaces(7))
 * - `node-permission`: Node's permission model denies the process's own JavaScript files, programs, threads, inspector,
 *   and libraries that it has not loaded by the time its first guest has booted
 *   (https://nodejs.org/docs/latest-v24.x/api/permissions.html). It stands in where the kernel confines nothing. It leaves
 *   the network and signals to other processes, and whoever has the memory of V8 passes it by: it confines nobody.
 */
export type IsolationMeasure =
  | "process"
  | "seccomp"
  | "no_new_privs"
  | "rlimits"
  | "landlock"
  | "namespaces"
  | "node-permission";

/** What holds the guests of a runtime driver, on this machine. */
export interface IsolationReport {
  /**
   * What a guest shares its cell with: nothing, earlier runs of its runtime, guests of any runtime of its factory, or the
   * host and all its other guests.
   */
  readonly sharedWith: "nothing" | "runtime" | "runtimes" | "host";
  /** Whether a guest that has broken out of V8 is left without a way to files, sockets, programs and other processes. */
  readonly confined: boolean;
  /** What every cell has that has said so. */
  readonly inForce: readonly IsolationMeasure[];
  /** What not every cell has. `node-permission` is not missed where the kernel confines them. */
  readonly missing: readonly IsolationMeasure[];
  /** Of what is missing, what some cells have. Absent when there is nothing of the kind. */
  readonly partly?: readonly IsolationMeasure[];
  /** What the kernel refused, when it should have confined a cell. */
  readonly problem?: string;
}

/** How busy a runtime driver is. */
export interface RuntimeDriverStatus {
  /** Runs that have a cell, or are being given one. */
  readonly running: number;
  /** Runs that wait for their turn. */
  readonly queued: number;
  /** How long the first of them has waited, in milliseconds; 0 when none waits. */
  readonly longestWaitMs: number;
  /** Guests that stay (`load`), or are about to. */
  readonly guests: number;
  /** Cells that are there, whether a guest runs in them or waits. */
  readonly cells: number;
  /**
   * Cells in which a booted guest waits, so that a run which comes begins at once. While a runtime warms up (`warmUp`) it
   * is 0; from 1 on it serves as fast as it will.
   */
  readonly cellsReady: number;
  /**
   * Cells that are being started: they have had no guest yet. Once one has ended before it had any, 0 until another has had
   * one: nobody knows that they will come.
   */
  readonly cellsStarting: number;
  /** Cells that have been started so far. */
  readonly cellsStarted: number;
  /** Of those, how many have ended before they were wanted to. */
  readonly cellsFailed: number;
}

/** What a factory is told when a Runtime is made. */
export interface RuntimeDriverContext {
  readonly systemDriver: SystemDriver;
  /** The limits of runs that set none themselves: cells are prepared for them. */
  readonly limits: Limits;
  /** What its guests find beside the language: one that {@link RuntimeDriverFactory.profiles} has. @default "node" */
  readonly profile?: GuestProfile;
  /** Hears of faults that no guest may see: a check that threw, a driver that answered nonsense. */
  readonly onDiagnostic: (diagnostic: Diagnostic) => void;
}

/** Makes runtime drivers, one for each Runtime that it is given to: `createNodeRuntimeDriverFactory()`, or one of your own. */
export interface RuntimeDriverFactory {
  /** Shown in error messages, e.g. `isolated-vm (process)`. */
  readonly name: string;
  /** The profiles that its guests can have: a Runtime of any other is refused with `ERR_UNSUPPORTED_CAPABILITY`. @default ["node"] */
  readonly profiles?: readonly GuestProfile[];
  /**
   * Whether its guests can import what `Execution.modules` has: where they cannot, a run with modules is refused with
   * `ERR_UNSUPPORTED_CAPABILITY`.
   *
   * @default false
   */
  readonly servesModules?: boolean;
  /**
   * Called once by the constructor of a Runtime, which disposes of the driver with itself. What it throws, the
   * constructor throws; an answer that is no driver is refused with `ERR_INVALID_DRIVER`.
   */
  createRuntimeDriver(context: RuntimeDriverContext): RuntimeDriver;
}
