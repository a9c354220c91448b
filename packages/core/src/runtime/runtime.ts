import { DEFAULT_PROFILE, type GuestProfile } from "../contracts/guest-profile.ts";
import type { LoadedGuest, LoadListener } from "../contracts/loaded-guest.ts";
import {
  type Execution,
  type ExecutionReport,
  type IsolationReport,
  RUNTIME_DISPOSED,
  type RuntimeDriver,
} from "../contracts/runtime-driver.ts";
import type { Diagnostic } from "../errors/diagnostic.ts";
import { isVivariumError, VivariumError } from "../errors/vivarium-error.ts";
import type { Limits } from "../limits/limits.ts";
import { limitNames, resolveLimits } from "../limits/resolve-limits.ts";
import { readModules } from "../modules/read-modules.ts";
import { optional, readDuration, readFunction, readOptions } from "../options/validate-options.ts";
import type { ExecResult, RunResult } from "../outcome/run-result.ts";
import { assertDirectory } from "./assert-directory.ts";
import { checkHealth, type HealthOptions, type RuntimeHealth } from "./check-health.ts";
import { Guest } from "./guest.ts";
import type { GuestLife } from "./guest-life.ts";
import { type ExecutionDefaults, readExecution } from "./read-execution.ts";
import { readLoadOptions } from "./read-load-options.ts";
import { resultOf, toExecResult, toRunResult } from "./read-report.ts";
import { RuntimeNetwork } from "./runtime-network.ts";
import type { ExecOptions, LoadOptions, RunOptions, RuntimeOptions } from "./runtime-options.ts";
import { RunCounters, type RuntimeStatus } from "./runtime-status.ts";
import { assertProfile, readFactory, readRuntimeDriver, readSystemDriver } from "./validate-drivers.ts";
import { warnOfDiagnostic } from "./warn-of-diagnostic.ts";

const runtimeOptionNames: readonly string[] = [
  "systemDriver",
  "runtimeDriverFactory",
  "modules",
  "onStdio",
  "onDiagnostic",
  ...limitNames,
];

/** A run that has ended. */
interface Executed {
  readonly report: ExecutionReport;
  readonly limits: Execution["limits"];
}

/** As long as a person waits for a page that says how a service is. */
const HEALTH_TIMEOUT_MS = 5000;

/**
 * Runs programs that nobody trusts. Whatever a program does ends in a result; only misuse of this class, or a machine
 * that cannot start a cell, throws.
 *
 * Dispose of it when it is no longer needed (`await using runtime = …`): it owns cells.
 */
export class Runtime implements AsyncDisposable {
  /** How the host reaches servers of the guests. */
  readonly network: RuntimeNetwork;
  readonly #driver: RuntimeDriver;
  readonly #driverName: string;
  readonly #servesModules: boolean;
  readonly #defaults: ExecutionDefaults;
  /** Every run in flight, and how to end it. */
  readonly #active: Map<AbortController, Promise<unknown>> = new Map();
  readonly #counters: RunCounters = new RunCounters();
  /** Runs whose programs stay: nobody waits for their end. */
  #staying = 0;
  /** Why the last run that was to have a cell got none. */
  #lastFailure: string | undefined;
  #disposal: Promise<void> | undefined;

  /**
   * @param profile what its guests find beside the language
   * @throws VivariumError `ERR_UNKNOWN_OPTION`, `ERR_INVALID_OPTION`, `ERR_INVALID_LIMIT`, `ERR_INVALID_DRIVER`,
   * `ERR_INVALID_PERMISSION`, `ERR_INVALID_MODULE`; `ERR_UNSUPPORTED_CAPABILITY` for a runtime driver without guests of
   * this profile
   */
  constructor(options: RuntimeOptions, profile: GuestProfile = DEFAULT_PROFILE) {
    const given = readOptions(options, "the runtime", runtimeOptionNames);
    const systemDriver = readSystemDriver(given.systemDriver);
    const factory = readFactory(given.runtimeDriverFactory);
    assertProfile(factory, profile);
    const limits = resolveLimits(given);
    const onStdio = optional(given.onStdio, readFunction<NonNullable<Execution["onStdio"]>>("onStdio"));
    const onDiagnostic =
      optional(given.onDiagnostic, readFunction<(diagnostic: Diagnostic) => void>("onDiagnostic")) ?? warnOfDiagnostic;
    this.#defaults = { systemDriver, profile, limits, onStdio, modules: readModules(given["modules"]) };
    this.#driverName = factory.name;
    this.#servesModules = factory.servesModules === true;
    this.#assertModules(this.#defaults.modules);
    const context = { systemDriver, limits, profile, onDiagnostic };
    this.#driver = readRuntimeDriver(factory.createRuntimeDriver(context), factory);
    const isDisposed = (): boolean => this.#disposal !== undefined;
    this.network = new RuntimeNetwork({ driver: this.#driver, driverName: factory.name, isDisposed });
  }

  /**
   * Runs a program and brings back what it exports: `module.exports`, or the namespace of an ES module.
   *
   * @typeParam T what the program exports, as far as its author is trusted
   * @param code the program, in JavaScript or (by the extension of its name) TypeScript
   * @param options how to run it, or the absolute path that it has for the guest
   * @throws VivariumError (by rejection) `ERR_INVALID_PROGRAM`, `ERR_INVALID_OPTION` (also for a `cwd` that is no
   * directory), `ERR_UNKNOWN_OPTION`, `ERR_INVALID_LIMIT`, `ERR_INVALID_MODULE`, `ERR_DISPOSED`, `ERR_RUN_NOT_STARTED`,
   * `ERR_CELL_FAILED`
   */
  async run<T = unknown>(code: string, options: string | RunOptions = {}): Promise<RunResult<T>> {
    const given = typeof options === "string" ? { filePath: options } : options;
    return this.#counters.count(async () => {
      const { report, limits } = await this.#execute("run", code, given);
      return toRunResult<T>(report, this.#driverName, limits);
    });
  }

  /**
   * Loads a program that stays: evaluates it once, in a cell that it keeps, and answers a guest whose exports can be called
   * until it ends. It is a run like any other while it is evaluated, and takes no run's turn from then on.
   *
   * @typeParam Exports what the program exports, as far as its author is trusted
   * @param options how to load it, or the absolute path that it has for the guest
   * @throws VivariumError (by rejection) `ERR_LOAD_FAILED` for a program that ends before it has been evaluated;
   *   `ERR_UNSUPPORTED_CAPABILITY` where guests of this runtime driver cannot stay; what {@link run} rejects with
   */
  async load<Exports = unknown>(code: string, options: string | LoadOptions = {}): Promise<Guest<Exports>> {
    const { bounds } = readLoadOptions(options);
    let current: object = {};
    const load = async (next: string, own: string | LoadOptions): Promise<GuestLife> => {
      const { given, rest } = readLoadOptions(own, current);
      const life = await this.#load(next, rest);
      current = given;
      return life;
    };
    return new Guest<Exports>({ life: await load(code, options), load, bounds });
  }

  /** Runs a program for its output and its exit code alone. Parameters and errors are those of {@link run}. */
  async exec(code: string, options: ExecOptions = {}): Promise<ExecResult> {
    return this.#counters.count(() => this.#exec(code, options));
  }

  /** How busy it is, at once: for a page of figures, or to turn away work before it waits here. */
  status(): RuntimeStatus {
    const driver = this.#driver.status?.();
    const state = this.#disposal === undefined ? "open" : "disposed";
    const counted = { state, ...this.#counters.figures } as const;
    return driver === undefined ? counted : { ...counted, driver };
  }

  /**
   * What holds the guests of this runtime on this machine; `undefined` where the runtime driver does not say. It starts a
   * cell, if there has been none.
   *
   * @throws VivariumError (by rejection) `ERR_DISPOSED`, `ERR_RUN_NOT_STARTED`
   */
  async isolation(): Promise<IsolationReport | undefined> {
    if (this.#disposal !== undefined) throw new VivariumError("ERR_DISPOSED", { what: "the runtime" });
    return await this.#driver.isolation?.();
  }

  /**
   * Runs an empty program, which is not counted, to see whether one gets through: for the health check of a service. It
   * waits for its turn like any other, and tells a runtime that is busy from one that is broken. Never rejects for what it
   * finds.
   *
   * @throws VivariumError (by rejection) `ERR_INVALID_OPTION`, `ERR_UNKNOWN_OPTION`
   */
  async checkHealth(options: HealthOptions = {}): Promise<RuntimeHealth> {
    const { timeoutMs } = readOptions(options, "the health check", ["timeoutMs"]);
    const limit = optional(timeoutMs, readDuration("timeoutMs")) ?? HEALTH_TIMEOUT_MS;
    return checkHealth(
      {
        exec: (code, signal, startTimeLimitMs) =>
          this.#exec(code, { signal, onStdio: () => undefined }, startTimeLimitMs),
        others: () =>
          this.#counters.figures.activeRuns - this.#staying || Math.max(0, (this.#driver.status?.().queued ?? 0) - 1),
        starting: () => this.#driver.status?.().cellsStarting ?? 0,
        lastFailure: () => this.#lastFailure,
      },
      limit,
    );
  }

  /**
   * Ends every run in flight (outcome `aborted`), those that wait for their turn among them; the runtime takes others at
   * once. Settles when they are over. Idempotent.
   */
  async terminate(): Promise<void> {
    await this.#endRuns("the runtime has terminated its runs");
  }

  /**
   * Ends every run in flight (outcome `aborted`) and every cell; a run that has not begun rejects with
   * `ERR_RUN_NOT_STARTED` (`shutting-down`). Idempotent; afterwards `run` and `exec` are refused.
   */
  dispose(): Promise<void> {
    this.#disposal ??= this.#dispose();
    return this.#disposal;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.dispose();
  }

  async #dispose(): Promise<void> {
    await this.#endRuns(RUNTIME_DISPOSED);
    await this.#driver[Symbol.asyncDispose]();
  }

  async #endRuns(reason: string): Promise<void> {
    const running = [...this.#active.values()];
    for (const controller of this.#active.keys()) controller.abort(reason);
    await Promise.allSettled(running);
  }

  async #load(code: string, options: object): Promise<GuestLife> {
    const loading = Promise.withResolvers<LoadedGuest>();
    const known = Promise.withResolvers<Limits>();
    const controller = new AbortController();
    const loads = { listener: { onLoaded: loading.resolve }, end: controller.signal, onLimits: known.resolve };
    const ending = this.#counters.count(async () => {
      const { report } = await this.#execute("load", code, options, { loads });
      return toExecResult(report, this.#driverName);
    });
    const loaded = await Promise.race([loading.promise, ending]);
    if ("outcome" in loaded) throw loadFailure(loaded);
    this.#staying += 1;
    const exited = ending
      .catch((error: unknown) => crashedUnder(error))
      .finally(() => {
        this.#staying -= 1;
      });
    const end = (): void => controller.abort("the guest has been disposed of");
    return { loaded, exited, end, limits: await known.promise };
  }

  async #exec(code: string, options: ExecOptions, startTimeLimitMs?: number): Promise<ExecResult> {
    const { report } = await this.#execute("exec", code, options, { startTimeLimitMs });
    return toExecResult(report, this.#driverName);
  }

  async #execute(mode: Execution["mode"], code: unknown, options: unknown, own: OwnOptions = {}): Promise<Executed> {
    if (this.#disposal !== undefined) throw new VivariumError("ERR_DISPOSED", { what: "the runtime" });
    const { startTimeLimitMs, loads } = own;
    const given = readExecution(mode, code, options, this.#defaults);
    const execution = startTimeLimitMs === undefined ? given : { ...given, startTimeLimitMs };
    const { limits } = execution;
    this.#assertModules(execution.modules);
    loads?.onLimits(limits);
    if (execution.signal?.aborted) return { report: aborted(execution.signal.reason), limits };
    // One signal per run: the embedder's, or this runtime's end.
    const controller = new AbortController();
    const abort = (): void => controller.abort(execution.signal?.reason);
    execution.signal?.addEventListener("abort", abort, { once: true });
    loads?.end.addEventListener("abort", () => controller.abort(loads.end.reason), { once: true });
    const running = this.#start(execution, controller.signal, loads);
    this.#active.set(controller, running);
    try {
      return { report: await running, limits };
    } finally {
      this.#active.delete(controller);
      execution.signal?.removeEventListener("abort", abort);
    }
  }

  #assertModules(modules: Execution["modules"]): void {
    if (this.#servesModules || modules === undefined || modules.size === 0) return;
    const capability = "modules of the host";
    throw new VivariumError("ERR_UNSUPPORTED_CAPABILITY", { driver: this.#driverName, capability });
  }

  async #perform(execution: Execution, loads: Loads | undefined): Promise<ExecutionReport> {
    if (loads === undefined) return this.#driver.execute(execution);
    if (this.#driver.load !== undefined) return this.#driver.load(execution, loads.listener);
    const capability = "programs that stay";
    throw new VivariumError("ERR_UNSUPPORTED_CAPABILITY", { driver: this.#driverName, capability });
  }

  async #start(execution: Execution, signal: AbortSignal, loads: Loads | undefined): Promise<ExecutionReport> {
    const directory = assertDirectory(execution.cwd, this.#defaults.systemDriver.filesystem);
    // Whoever does not get so far does not hear of it.
    directory?.catch(() => undefined);
    try {
      const onBegun = (): void => {
        this.#lastFailure = undefined;
      };
      const report = await this.#perform({ ...execution, signal, onBegun, ...(directory && { directory }) }, loads);
      // One that is aborted may not have got so far.
      if (!signal.aborted) onBegun();
      return report;
    } catch (cause) {
      if (isCellFailure(cause)) this.#lastFailure = cause.message;
      if (isVivariumError(cause)) throw cause;
      throw new VivariumError("ERR_CELL_FAILED", { problem: `"${this.#driverName}" failed unexpectedly` }, { cause });
    }
  }
}

/** What this class says of a run beside its embedder's options. */
interface OwnOptions {
  readonly startTimeLimitMs?: number | undefined;
  readonly loads?: Loads;
}

/** What is told of a program that stays. */
interface Loads {
  readonly listener: LoadListener;
  /** Ends it. */
  readonly end: AbortSignal;
  readonly onLimits: (limits: Limits) => void;
}

function loadFailure({ outcome, errorMessage }: ExecResult): VivariumError {
  const problem = errorMessage ?? `it ended by itself (${outcome.kind})`;
  return new VivariumError("ERR_LOAD_FAILED", { problem, outcome });
}

/** How a guest has ended whose cell could not be kept. */
function crashedUnder(error: unknown): ExecResult {
  const errorMessage = error instanceof Error ? error.message : "the runtime driver has failed";
  return resultOf({ kind: "crashed", code: 1, errorMessage });
}

/** Whether a run has got no cell, for another reason than that others have them. */
function isCellFailure(error: unknown): error is VivariumError {
  if (isVivariumError(error, "ERR_CELL_FAILED")) return true;
  return isVivariumError(error, "ERR_RUN_NOT_STARTED") && !PASSING.includes(error.detail.reason);
}

const PASSING: readonly string[] = ["at-capacity", "starting", "no-answer", "shutting-down"];

function aborted(reason: unknown): ExecutionReport {
  const text = typeof reason === "string" ? reason : reason instanceof Error ? reason.message : undefined;
  return {
    outcome: text === undefined ? { kind: "aborted", code: 130 } : { kind: "aborted", code: 130, reason: text },
  };
}
