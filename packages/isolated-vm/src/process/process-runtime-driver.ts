import {
  DEFAULT_PROFILE,
  type Execution,
  type ExecutionReport,
  type IsolationReport,
  isVivariumError,
  type LoadedGuest,
  type LoadListener,
  type RequestBounds,
  RUNTIME_DISPOSED,
  type RuntimeDriver,
  type RuntimeDriverStatus,
  VivariumError,
} from "@vivarium/core";
import { assertNativeHelperLoads } from "@vivarium/guest-node";
import { abortOutcome } from "../abort-outcome.ts";
import { baseOf, type GuestKind, guestKind, kindOf } from "../channel/guest-kind.ts";
import type { CellProgram } from "../channel/host-message.ts";
import { ChildGuests, type FamilyGuest } from "../child-guests.ts";
import { FamilyTime } from "../family-time.ts";
import { finishOutput } from "../finish-output.ts";
import type { GuestRun } from "../guest-run.ts";
import type { LifeSlots } from "../life-slots.ts";
import { cellPackagesOf } from "../packages/cell-packages.ts";
import { type DriverContext, foundDirectory, type PreparedRun, prepareRun } from "../prepare-run.ts";
import { FileAccess } from "../replica/file-access.ts";
import { RunQueue, type RunQueueOptions } from "../run-queue.ts";
import { RunStart } from "../run-start.ts";
import { GuestServers } from "../servers/guest-servers.ts";
import { ThreadsMemory } from "../threads-memory.ts";
import { Turn } from "../turn.ts";
import { unlessAborted } from "../unless-aborted.ts";
import type { Cell } from "./cell.ts";
import type { RunRequest } from "./cell-run.ts";
import type { CellSupply } from "./cell-supply.ts";
import { processIsolation } from "./isolation-report.ts";
import type { ConfinedCells } from "./known-confinement.ts";
import { PackageCompiler } from "./package-compiler.ts";
import { BOOT_GRACE_MS } from "./run-deadlines.ts";
import type { SharedZygote } from "./shared-zygote.ts";

/** How often a run is given another cell when the one that it got had died unused. */
const MAX_ATTEMPTS = 3;

export interface ProcessDriverOptions {
  readonly cells: CellSupply;
  /** How long a run may wait before its program begins, in milliseconds. */
  readonly queueTimeLimitMs: number;
  /** How many guests may stay. */
  readonly guests: LifeSlots;
  /** Whom a guest may share its cell with. */
  readonly sharedWith: IsolationReport["sharedWith"];
  /** Whether its cells, by their command, run no program unless the kernel has confined them. */
  readonly mustBeConfined: boolean;
  /** What holds its guests, where that hangs on no cell. @default what the first cell says of itself */
  readonly isolation?: IsolationReport;
  /** Of which cells are copies. @default there is none */
  readonly zygote?: SharedZygote | undefined;
  /** Waits for the threads of cells that are to end; answers how many take longer than anybody waits. */
  readonly endThreads?: () => Promise<number>;
}

interface EndedRun {
  readonly report: ExecutionReport;
  /** When its guest was entered, by the host's clock. */
  readonly startedAt: number;
}

interface RunParts extends Pick<GuestRun, "turn" | "family" | "memory"> {
  readonly files: FileAccess;
}

/** Runs each program in a process, or thread, of its own choosing among a few that wait. */
export class ProcessRuntimeDriver implements RuntimeDriver {
  readonly #context: DriverContext;
  readonly #options: ProcessDriverOptions;
  readonly #queue: RunQueue;
  readonly #cells: CellSupply;
  readonly #servers: GuestServers;
  readonly #children: ChildGuests;
  readonly #compiler: PackageCompiler | undefined;
  #disposed = false;

  constructor(context: DriverContext, queue: RunQueueOptions, options: ProcessDriverOptions) {
    this.#context = context;
    this.#options = options;
    this.#queue = new RunQueue(queue);
    this.#cells = options.cells;
    this.#compiler = createCompiler(context, options.zygote);
    this.#servers = new GuestServers(context.limits.resultLimitBytes);
    this.#children = new ChildGuests({
      most: queue.slots.most,
      queueTimeLimitMs: options.queueTimeLimitMs,
      // In a shared cell one may be in the way of the other.
      mayBeAwaited: options.sharedWith !== "runtimes",
      opensInternals: context.opensInternals,
      perform: (guest, start) => this.#performChild(guest, start),
    });
  }

  execute(execution: Execution): Promise<ExecutionReport> {
    return this.#begin(execution);
  }

  load(execution: Execution, { onLoaded }: LoadListener): Promise<ExecutionReport> {
    return this.#begin(execution, onLoaded);
  }

  async #begin(execution: Execution, onLoaded?: LoadListener["onLoaded"]): Promise<ExecutionReport> {
    if (this.#disposed) throw new VivariumError("ERR_DISPOSED", { what: "the runtime driver" });
    const { signal } = execution;
    if (signal?.aborted === true) return { outcome: abortOutcome(signal.reason) };
    const { queueTimeLimitMs } = this.#options;
    const start = new RunStart({ queueTimeLimitMs, startTimeLimitMs: execution.startTimeLimitMs, signal });
    try {
      return await this.#execute(execution, start, onLoaded);
    } catch (error) {
      // Whoever had entered a guest by then got an outcome.
      if (error === RUNTIME_DISPOSED || isVivariumError(error, "ERR_DISPOSED"))
        throw start.refusal("shutting-down", "its runtime has been disposed of");
      if (signal !== undefined && error === signal.reason) return { outcome: abortOutcome(error) };
      throw error;
    } finally {
      start[Symbol.dispose]();
    }
  }

  fetch(request: Request, bounds: RequestBounds): Promise<Response> {
    return this.#servers.fetch(request, bounds);
  }

  status(): RuntimeDriverStatus {
    return { ...this.#queue.status, guests: this.#options.guests.taken, ...this.#cells.status };
  }

  async isolation(): Promise<IsolationReport> {
    if (this.#disposed) throw new VivariumError("ERR_DISPOSED", { what: "the runtime driver" });
    if (this.#options.isolation !== undefined) return this.#options.isolation;
    const confined = this.#cells.confined ?? (await this.#tryConfinement());
    return processIsolation(confined, this.#options.sharedWith);
  }

  /** What becomes of a cell that nobody needs yet. */
  async #tryConfinement(): Promise<ConfinedCells> {
    const { queueTimeLimitMs } = this.#options;
    const start = new RunStart({ queueTimeLimitMs });
    try {
      await this.#queue.acquire(start);
      try {
        for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt += 1) {
          const confined = await this.#askConfinement(start);
          if (confined !== undefined) return confined;
        }
        throw start.refusal("cell-crashed", "every cell that was asked ended before it answered");
      } finally {
        this.#queue.release();
      }
    } finally {
      start[Symbol.dispose]();
    }
  }

  /** Undefined when the cell that was asked ended before it answered. */
  async #askConfinement(start: RunStart): Promise<ConfinedCells | undefined> {
    const { limits, profile = DEFAULT_PROFILE } = this.#context;
    const cell = await this.#acquire(guestKind(baseOf(profile), limits.memoryLimit), start);
    const ended = cell.gone.then(() => undefined);
    start.awaits("no-cell", "the cell that was asked has not answered");
    try {
      return await unlessAborted(Promise.race([this.#cells.firstConfined, ended]), start.signal);
    } finally {
      this.#cells.release(cell, false);
    }
  }

  async #execute(
    execution: Execution,
    start: RunStart,
    onLoaded: LoadListener["onLoaded"] | undefined,
  ): Promise<ExecutionReport> {
    const perform = (): Promise<ExecutionReport> => this.#perform(execution, start, onLoaded);
    return onLoaded === undefined ? perform() : this.#options.guests.during(start, perform);
  }

  async #perform(
    execution: Execution,
    start: RunStart,
    onLoaded: LoadListener["onLoaded"] | undefined,
  ): Promise<ExecutionReport> {
    await foundDirectory(execution, start);
    await this.#queue.acquire(start);
    const turn = new Turn({ onLoaded, onTurnOver: () => this.#queue.release() });
    const family = onLoaded === undefined ? new FamilyTime(execution.limits) : undefined;
    const memory = new ThreadsMemory(execution.limits);
    return this.#performIn(this.#context, { execution, turn, family, memory }, start);
  }

  /** It has no turn of its own: whoever has started it may wait for it, and has one. */
  async #performChild(
    { execution, role, systemDriver, family, memory = new ThreadsMemory(execution.limits) }: FamilyGuest,
    start: RunStart,
  ): Promise<ExecutionReport> {
    if (this.#disposed) throw new VivariumError("ERR_DISPOSED", { what: "the runtime driver" });
    const turn = new Turn({ onLoaded: undefined, onTurnOver: () => undefined });
    return this.#performIn({ ...this.#context, systemDriver }, { execution, turn, role, family, memory }, start);
  }

  async #performIn(
    context: DriverContext,
    { execution, turn, role, family, memory }: GuestRun,
    start: RunStart,
  ): Promise<ExecutionReport> {
    let prepared: PreparedRun | undefined;
    let files: FileAccess | undefined;
    let closeServers: (() => void) | undefined;
    try {
      let ended: EndedRun;
      try {
        const packageCode = this.#compilerOf(context)?.code;
        const startGuest = this.#children.startsOf({ family, memory });
        const others = { startGuest, packageCode, ...(role !== undefined && { role }) };
        prepared = await prepareRun(execution, context, start, others);
        closeServers = this.#servers.add(prepared.hostCalls, execution.limits);
        files = new FileAccess(prepared.hostCalls, context.systemDriver);
        if (role !== undefined) await this.#expectMore(kindOf({ ...prepared, limits: execution.limits }), start);
        ended = await this.#runSomewhere(execution, { ...prepared, files, turn, family, memory }, start);
        this.#compiler?.afterRun();
        await files.settled();
      } finally {
        // The guest is over; a listener that still takes its output holds nobody else up.
        turn.end();
      }
      return await finishOutput(ended.report, execution, prepared.hostCalls, ended.startedAt);
    } finally {
      files?.dispose();
      closeServers?.();
      await prepared?.hostCalls.dispose();
    }
  }

  async #runSomewhere(
    { code, filePath, mode, limits, onBegun }: Execution,
    { config, clock, hostCalls, files, turn, family, memory }: PreparedRun & RunParts,
    start: RunStart,
  ): Promise<EndedRun> {
    const { frozenTimeMs } = clock;
    const { signal } = start;
    const own = { owner: this.#cells, onDiagnostic: this.#context.onDiagnostic };
    for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt += 1) {
      const cell = await this.#acquire(kindOf({ config, limits }), start);
      let startedAt = performance.now();
      const onStarted = (): void => {
        startedAt = performance.now();
        start.begin();
        onBegun?.();
      };
      if (this.#disposed) {
        this.#cells.release(cell, false);
        throw new VivariumError("ERR_DISPOSED", { what: "the runtime driver" });
      }
      if (cell.isOccupied) start.awaits("at-capacity", "the guests that it shares its cell with have not let it begin");
      else start.awaits("starting", "its cell has not entered a guest");
      const replica = files.lendTo(cell);
      const packages = cellPackagesOf(this.#context.systemDriver.packages, this.#compiler?.versionFor(cell));
      const program: CellProgram = { code, filePath, mode, limits, config, frozenTimeMs, replica, packages };
      let stays = false;
      const onLoaded = turn.onLoaded(
        () => {
          stays = true;
          this.#cells.stays(cell);
        },
        (guest) => this.#servers.stays(hostCalls, guest),
      );
      const onCallable = (guest: LoadedGuest): void => hostCalls.bind(guest);
      const means = { family, memory };
      const request = { ...own, ...means, program, service: files, files, signal, onStarted, onCallable, onLoaded };
      const report = await runIn(cell, request, start).finally(() => {
        files.takeBack(cell);
        this.#cells.release(cell, stays);
      });
      if (report !== undefined) return { report, startedAt };
      this.#assertConfined(start);
    }
    // The commonest reason, and the one with a remedy.
    assertNativeHelperLoads();
    throw start.refusal("cell-crashed", "every cell that it was given ended before its guest was entered");
  }

  /** A guest that another has started has the packages of its runtime. */
  #compilerOf({ systemDriver }: DriverContext): PackageCompiler | undefined {
    return systemDriver.packages === this.#context.systemDriver.packages ? this.#compiler : undefined;
  }

  /** A cell that is not what was required ends before its guest is entered: every other one would, too. */
  #assertConfined(start: RunStart): void {
    const { confined } = this.#cells;
    if (!this.#options.mustBeConfined || confined === undefined || confined.isConfined) return;
    const problem = confined.problem === "" ? "this system has nothing to confine a cell with" : confined.problem;
    throw start.refusal("unconfined", `no cell is confined, which is required: ${problem}`);
  }

  /** Where guests start guests, there will be more of them. */
  async #expectMore(kind: GuestKind, start: RunStart): Promise<void> {
    start.awaits("starting", "no cell has started");
    const expected = this.#cells.expectMore?.(kind);
    if (expected !== undefined) await unlessAborted(expected, start.signal);
  }

  async #acquire(kind: GuestKind, start: RunStart): Promise<Cell> {
    try {
      return await this.#cells.acquire(kind, start);
    } catch (error) {
      if (!isVivariumError(error, "ERR_CELL_FAILED")) throw error;
      throw start.refusal("no-cell", `no cell could be started: ${error.detail.problem}`, error);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#disposed = true;
    this.#queue.close();
    await this.#compiler?.dispose();
    await this.#cells.dispose();
    const left = (await this.#options.endThreads?.()) ?? 0;
    if (left === 0) return;
    const problem = `${left} of its threads run on: a function of V8's that does not listen has to come back first`;
    const { code, message } = new VivariumError("ERR_CELL_FAILED", { problem });
    this.#context.onDiagnostic({ code, message });
  }
}

function createCompiler(
  { systemDriver, limits, profile = DEFAULT_PROFILE }: DriverContext,
  zygote: SharedZygote | undefined,
): PackageCompiler | undefined {
  const base = baseOf(profile);
  const tree = systemDriver.packages;
  if (zygote === undefined || tree === undefined || base !== "node") return undefined;
  return new PackageCompiler({ tree, zygote, guestKind: guestKind(base, limits.memoryLimit) });
}

/** Whatever keeps a cell from making a guest ready, it is what the run waits for that has not come. */
async function runIn(cell: Cell, request: RunRequest, start: RunStart): Promise<ExecutionReport | undefined> {
  try {
    return await cell.run(request);
  } catch (error) {
    if (!isVivariumError(error, "ERR_CELL_FAILED")) throw error;
    if (!cell.isOccupied) start.awaits("no-cell", "its cell has not entered a guest");
    throw start.overdue(`${BOOT_GRACE_MS} ms`, error);
  }
}
