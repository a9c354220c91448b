import { fileURLToPath } from "node:url";
import { guestKind } from "../../src/channel/guest-kind.ts";
import { LifeSlots } from "../../src/life-slots.ts";
import type { CellCommand } from "../../src/process/cell-command.ts";
import { CellPool } from "../../src/process/cell-pool.ts";
import { ProcessRuntimeDriver } from "../../src/process/process-runtime-driver.ts";
import { SharedZygote } from "../../src/process/shared-zygote.ts";
import { spawnedBy } from "../../src/process/spawned-process.ts";
import { RunSlots } from "../../src/run-slots.ts";
import { sourceOptions } from "../../src/source-options.ts";
import { type OpenDriver, openDriverOf } from "./open-driver.ts";

/** A driver of one cell at a time, whose cells are started so. */
export function openCommandedDriver(
  command: CellCommand,
  mustBeConfined = false,
  queueTimeLimitMs: number = Number.POSITIVE_INFINITY,
): OpenDriver {
  const queue = { slots: new RunSlots(1), maxQueuedRuns: 1 };
  const zygote = new SharedZygote({ command: undefined, guestsPerCopy: 1, idleTimeMs: 0 });
  const pool = {
    launch: spawnedBy(command),
    zygote,
    maxCells: 1,
    waitingCells: 0,
    runsPerCell: Number.POSITIVE_INFINITY,
    cellIdleTimeMs: Number.POSITIVE_INFINITY,
    warmUp: false,
  };
  return openDriverOf({
    name: "commanded",
    createRuntimeDriver: (context) => {
      const { limits, onDiagnostic } = context;
      const cells = new CellPool({ ...pool, guestKind: guestKind("node", limits.memoryLimit), onDiagnostic });
      return new ProcessRuntimeDriver(context, queue, {
        cells,
        guests: new LifeSlots(10),
        queueTimeLimitMs,
        sharedWith: "runtime",
        mustBeConfined,
      });
    },
  });
}

/** The command of a cell that behaves so: see `hostile-cell.ts`. */
export function hostileCommand(behaviour: string): CellCommand {
  const stub = fileURLToPath(new URL("../process/hostile-cell.ts", import.meta.url));
  return { execPath: process.execPath, args: [...sourceOptions(), stub, behaviour] };
}
