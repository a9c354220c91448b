import { guestKind } from "../../src/channel/guest-kind.ts";
import { assertEngine } from "../../src/engine/assert-engine.ts";
import { LifeSlots } from "../../src/life-slots.ts";
import { cellCommand } from "../../src/process/cell-command.ts";
import { ProcessRuntimeDriver } from "../../src/process/process-runtime-driver.ts";
import { SharedCellSupply } from "../../src/process/shared-cell-supply.ts";
import { SharedCells } from "../../src/process/shared-cells.ts";
import { SharedZygote } from "../../src/process/shared-zygote.ts";
import { spawnedBy } from "../../src/process/spawned-process.ts";
import { RunSlots } from "../../src/run-slots.ts";
import { type OpenDriver, openDriverOf } from "./open-driver.ts";

export interface OpenShared extends AsyncDisposable {
  /** Its runs wait as long as they have to. */
  readonly patient: OpenDriver;
  /** Its runs wait a moment. */
  readonly hurried: OpenDriver;
}

/** Two drivers that share one cell. */
export function openShared({ guestsPerCell }: { readonly guestsPerCell: number }): OpenShared {
  const cells = new SharedCells({
    launch: spawnedBy(cellCommand({ installation: assertEngine() })),
    zygote: new SharedZygote({ command: undefined, guestsPerCopy: 1, idleTimeMs: 0 }),
    guestsPerCell,
    maxCells: 1,
    runsPerCell: Number.POSITIVE_INFINITY,
    cellIdleTimeMs: Number.POSITIVE_INFINITY,
    warmUp: false,
  });
  const open = (queueTimeLimitMs: number): OpenDriver =>
    openDriverOf({
      name: "shared",
      createRuntimeDriver: (context) => {
        const { limits, onDiagnostic } = context;
        const queue = { slots: new RunSlots(100), maxQueuedRuns: 0 };
        const supply = new SharedCellSupply(cells, { guestKind: guestKind("node", limits.memoryLimit), onDiagnostic });
        const options = {
          cells: supply,
          queueTimeLimitMs,
          guests: new LifeSlots(10),
          sharedWith: "runtimes",
          mustBeConfined: false,
        } as const;
        return new ProcessRuntimeDriver(context, queue, options);
      },
    });
  const [patient, hurried] = [open(Number.POSITIVE_INFINITY), open(500)];
  return {
    patient,
    hurried,
    async [Symbol.asyncDispose]() {
      await patient[Symbol.asyncDispose]();
      await hurried[Symbol.asyncDispose]();
    },
  };
}
