import {
  type Execution,
  type ExecutionReport,
  isVivariumError,
  type RuntimeDriver,
  VivariumError,
} from "@vivarium/core";
import { assertNativeHelperLoads } from "@vivarium/guest-node";
import type { HostCalls } from "@vivarium/kernel";
import { abortOutcome, disposedOutcome } from "../abort-outcome.ts";
import type { CellProgram } from "../channel/host-message.ts";
import { finishOutput } from "../finish-output.ts";
import { type DriverContext, prepareRun } from "../prepare-run.ts";
import type { RunRequest } from "./cell.ts";
import { CellPool, type CellPoolOptions } from "./cell-pool.ts";

/** How often a run is given another cell when the one that it got had died unused. */
const MAX_ATTEMPTS = 3;

/** Runs each program in a process of its own choosing among a few that wait. */
export class ProcessRuntimeDriver implements RuntimeDriver {
  readonly #context: DriverContext;
  readonly #pool: CellPool;
  #disposed = false;

  constructor(context: DriverContext, pool: Omit<CellPoolOptions, "memoryLimit" | "onDiagnostic">) {
    this.#context = context;
    const { limits, onDiagnostic } = context;
    this.#pool = new CellPool({ ...pool, memoryLimit: limits.memoryLimit, onDiagnostic });
  }

  async execute(execution: Execution): Promise<ExecutionReport> {
    if (this.#disposed) throw new VivariumError("ERR_DISPOSED", { what: "the runtime driver" });
    const { signal } = execution;
    if (signal?.aborted === true) return { outcome: abortOutcome(signal.reason) };
    const { config, clock, hostCalls } = await prepareRun(execution, this.#context);
    const { code, filePath, mode, limits } = execution;
    const program: CellProgram = { code, filePath, mode, limits, config, frozenTimeMs: clock.frozenTimeMs };
    try {
      return await this.#runSomewhere({ program, service: hostCalls, signal }, execution, hostCalls);
    } catch (error) {
      if (signal !== undefined && error === signal.reason) return { outcome: abortOutcome(error) };
      if (this.#disposed && isVivariumError(error, "ERR_DISPOSED")) return { outcome: disposedOutcome };
      throw error;
    } finally {
      await hostCalls.dispose();
    }
  }

  async #runSomewhere(request: RunRequest, execution: Execution, hostCalls: HostCalls): Promise<ExecutionReport> {
    for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt += 1) {
      const cell = await this.#pool.acquire(request.program.limits.memoryLimit, request.signal);
      let startedAt = performance.now();
      const onStarted = (): void => {
        startedAt = performance.now();
      };
      const report = await cell.run({ ...request, onStarted }).finally(() => this.#pool.release(cell));
      if (report !== undefined) return await finishOutput(report, execution, hostCalls, startedAt);
    }
    // The commonest reason, and the one with a remedy.
    assertNativeHelperLoads();
    throw new VivariumError("ERR_CELL_FAILED", { problem: "every cell ended before its guest was entered" });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#disposed = true;
    await this.#pool.dispose();
  }
}
