import { setImmediate as nextTurn } from "node:timers/promises";
import {
  DEFAULT_PROFILE,
  type Execution,
  type ExecutionReport,
  type GuestConfig,
  type IsolationReport,
  type LoadListener,
  type Outcome,
  type RequestBounds,
  RUNTIME_DISPOSED,
  type RuntimeDriver,
  type RuntimeDriverStatus,
  VivariumError,
} from "@vivarium/core";
import { loadGuestParts, loadThreadControls } from "@vivarium/guest-node";
import { type OpenCryptoEngine, runGuest, usageOf } from "@vivarium/kernel";
import { abortOutcome, disposedOutcome } from "../abort-outcome.ts";
import type { BootedGuest } from "../cell/booted-guest.ts";
import { GuestStock } from "../cell/guest-stock.ts";
import { baseOf, type GuestKind, guestKind, kindOf, readKind } from "../channel/guest-kind.ts";
import { ChildGuests, type FamilyGuest } from "../child-guests.ts";
import { loadIsolatedVmPackage } from "../engine/load-isolated-vm.ts";
import { FamilyTime } from "../family-time.ts";
import { finishOutput } from "../finish-output.ts";
import type { GuestRun } from "../guest-run.ts";
import type { LifeSlots } from "../life-slots.ts";
import { type DriverContext, foundDirectory, type PreparedRun, prepareRun } from "../prepare-run.ts";
import { hostIsolation } from "../process/isolation-report.ts";
import { RunQueue, type RunQueueOptions } from "../run-queue.ts";
import { RunStart } from "../run-start.ts";
import { GuestServers } from "../servers/guest-servers.ts";
import { splitOutput } from "../split-output.ts";
import { Turn } from "../turn.ts";
import { CryptoThreads } from "./crypto-thread.ts";
import { InlineLife } from "./inline-life.ts";

/** Runs guests on the host's own thread, each in an isolate of its own; their turns interleave with the host's. */
export class InlineRuntimeDriver implements RuntimeDriver {
  readonly #context: DriverContext;
  readonly #queue: RunQueue;
  readonly #guests: LifeSlots;
  readonly #queueTimeLimitMs: number;
  readonly #disposal: AbortController = new AbortController();
  readonly #running: Set<Promise<unknown>> = new Set();
  readonly #servers: GuestServers;
  readonly #children: ChildGuests;
  readonly #crypto: CryptoThreads = new CryptoThreads();
  #stock: GuestStock | undefined;
  #started = 0;

  constructor(context: DriverContext, queue: RunQueueOptions, guests: LifeSlots, queueTimeLimitMs: number) {
    this.#guests = guests;
    this.#context = context;
    this.#queue = new RunQueue(queue);
    this.#queueTimeLimitMs = queueTimeLimitMs;
    this.#servers = new GuestServers(context.limits.resultLimitBytes);
    this.#children = new ChildGuests({
      most: queue.slots.most,
      queueTimeLimitMs,
      mayBeAwaited: false,
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
    if (this.#disposal.signal.aborted) throw new VivariumError("ERR_DISPOSED", { what: "the runtime driver" });
    const own = this.#disposal.signal;
    const signal = execution.signal === undefined ? own : AbortSignal.any([execution.signal, own]);
    const start = new RunStart({
      queueTimeLimitMs: this.#queueTimeLimitMs,
      startTimeLimitMs: execution.startTimeLimitMs,
      signal,
    });
    const run = this.#execute(execution, start, onLoaded);
    this.#running.add(run);
    try {
      return await run;
    } catch (error) {
      if (!signal.aborted || error !== signal.reason) throw error;
      // Whoever had entered a guest by then got an outcome.
      if (own.aborted || error === RUNTIME_DISPOSED)
        throw start.refusal("shutting-down", "its runtime has been disposed of");
      return { outcome: this.#abortOutcome(execution) };
    } finally {
      this.#running.delete(run);
      start[Symbol.dispose]();
    }
  }

  fetch(request: Request, bounds: RequestBounds): Promise<Response> {
    return this.#servers.fetch(request, bounds);
  }

  /** Cells are guests here. */
  status(): RuntimeDriverStatus {
    const { running } = this.#queue.status;
    const guests = this.#guests.taken;
    const cellsReady = this.#stock?.has(this.#waitingKind) === true ? 1 : 0;
    const cells = {
      guests,
      cells: running + guests,
      cellsReady,
      cellsStarting: 0,
      cellsStarted: this.#started,
      cellsFailed: 0,
    };
    return { ...this.#queue.status, ...cells };
  }

  async isolation(): Promise<IsolationReport> {
    return hostIsolation;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#disposal.abort();
    await Promise.allSettled(this.#running);
    this.#stock?.dispose();
    this.#stock = undefined;
    await this.#crypto.dispose();
  }

  async #execute(
    execution: Execution,
    start: RunStart,
    onLoaded: LoadListener["onLoaded"] | undefined,
  ): Promise<ExecutionReport> {
    start.signal.throwIfAborted();
    // A host that runs one program after the other gives its event loop no turn: neither what it does beside them, nor
    // the guest that is to wait for the next run, would get on.
    await nextTurn();
    const perform = (): Promise<ExecutionReport> => this.#perform(execution, start, onLoaded);
    return onLoaded === undefined ? perform() : this.#guests.during(start, perform);
  }

  async #perform(
    execution: Execution,
    start: RunStart,
    onLoaded: LoadListener["onLoaded"] | undefined,
  ): Promise<ExecutionReport> {
    await foundDirectory(execution, start);
    await this.#queue.acquire(start);
    const turn = new Turn({ onLoaded, onTurnOver: () => this.#queue.release() });
    try {
      const family = onLoaded === undefined ? new FamilyTime(execution.limits) : undefined;
      return await this.#performIn(this.#context, { execution, turn, family }, start);
    } finally {
      turn.end();
    }
  }

  /** It has no turn of its own: whoever has started it has one. */
  async #performChild(
    { execution, role, systemDriver, family }: FamilyGuest,
    start: RunStart,
  ): Promise<ExecutionReport> {
    await nextTurn();
    const turn = new Turn({ onLoaded: undefined, onTurnOver: () => undefined });
    return this.#performIn({ ...this.#context, systemDriver }, { execution, turn, role, family }, start);
  }

  async #performIn(
    context: DriverContext,
    { execution, turn, role, family }: GuestRun,
    start: RunStart,
  ): Promise<ExecutionReport> {
    const others = { startGuest: this.#children.startsOf({ family }), ...(role !== undefined && { role }) };
    const prepared = await prepareRun(execution, context, start, others);
    const closeServers = this.#servers.add(prepared.hostCalls, execution.limits);
    try {
      return await this.#enter({ execution, turn, family }, prepared, start);
    } finally {
      closeServers();
      await prepared.hostCalls.dispose();
    }
  }

  async #enter(
    { execution, turn, family }: GuestRun,
    prepared: PreparedRun,
    start: RunStart,
  ): Promise<ExecutionReport> {
    const exhausted = new AbortController();
    const signal = AbortSignal.any([start.signal, exhausted.signal]);
    const { config, clock, hostCalls } = prepared;
    const { onDiagnostic } = this.#context;
    const { isolate, calls } = this.#take(execution, config, start);
    this.#started += 1;
    let verdict: Outcome | undefined;
    const leaveFamily = family?.join({
      limits: execution.limits,
      cpuTimeMs: () => isolate.cpuTimeMs(),
      end(outcome) {
        verdict ??= outcome;
        exhausted.abort();
      },
    });
    try {
      const onLoaded = turn.onLoaded(
        () => undefined,
        (guest) => this.#servers.stays(hostCalls, guest),
      );
      const isCalled = onLoaded !== undefined || hostCalls.hasModules;
      const life = isCalled ? new InlineLife(execution.limits) : undefined;
      const invocations = life?.invocations;
      const { limits } = execution;
      const host = splitOutput(hostCalls.inlinePort());
      calls.begin({ host, profile: config.profile, limits, clock, invocations });
      life?.begin(() => usageOf(isolate, calls));
      if (life !== undefined) hostCalls.bind(life.guest);
      const living = onLoaded && life && { onLoaded: () => onLoaded(life.guest) };
      const outputTaken = (): Promise<void> | undefined => hostCalls.outputTaken();
      const startedAt = performance.now();
      const own = { isolate, calls, execution, config, signal, onDiagnostic, outputTaken };
      const ended = await runGuest({ ...own, invocations, living });
      life?.close();
      const report = await finishOutput(ended, { ...execution, signal }, hostCalls, startedAt);
      if (report.outcome.kind !== "aborted") return report;
      return { outcome: verdict ?? this.#abortOutcome(execution) };
    } finally {
      leaveFamily?.();
      isolate.dispose();
      this.#prepareNext();
    }
  }

  /** A guest whose program may begin; one that has taken too long to boot waits for the next run. */
  #take({ limits, onBegun }: Execution, config: GuestConfig, start: RunStart): BootedGuest {
    start.assertInTime();
    start.awaits("starting", "its guest has not booted");
    this.#stock ??= openStock(this.#context.onDiagnostic, (charge) => this.#crypto.open(charge));
    const kind = kindOf({ config, limits });
    const guest = this.#stock.take(kind, config);
    try {
      start.assertInTime();
    } catch (error) {
      this.#stock.giveBack(kind, guest);
      throw error;
    }
    start.begin();
    onBegun?.();
    return guest;
  }

  /** Boots the next guest when the host has had its turn; a host that has nothing else to do is not kept waiting. */
  #prepareNext(): void {
    setImmediate(() => {
      if (this.#disposal.signal.aborted) return;
      const prepared = this.#prepare();
      this.#running.add(prepared);
      prepared.finally(() => this.#running.delete(prepared));
    }).unref();
  }

  async #prepare(): Promise<void> {
    const kind = this.#waitingKind;
    try {
      await this.#stock?.fill(readKind(kind).base);
      this.#stock?.prepare(kind);
    } catch (cause) {
      const problem = "no guest could be made ready for the next run";
      const { code, message } = new VivariumError("ERR_CELL_FAILED", { problem });
      this.#context.onDiagnostic({ code, message, cause });
    }
  }

  /** Of the guest that waits for the next run. */
  get #waitingKind(): GuestKind {
    const { limits, profile = DEFAULT_PROFILE } = this.#context;
    return guestKind(baseOf(profile), limits.memoryLimit);
  }

  #abortOutcome({ signal }: Execution): ExecutionReport["outcome"] {
    return signal?.aborted === true ? abortOutcome(signal.reason) : disposedOutcome;
  }
}

function openStock(onDiagnostic: DriverContext["onDiagnostic"], openCrypto: OpenCryptoEngine): GuestStock {
  const controls = loadThreadControls();
  return new GuestStock({
    engine: loadIsolatedVmPackage(),
    parts: loadGuestParts(),
    onDiagnostic,
    controls,
    openCrypto,
  });
}
