import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type { Diagnostic, ExecutionReport, Limits } from "@vivarium/core";
import { afterEach } from "vitest";
import type { CellProgram } from "../../src/channel/host-message.ts";
import { Cell } from "../../src/process/cell.ts";
import type { CellCommand } from "../../src/process/cell-command.ts";
import type { CellProcess, CellProcessEvents } from "../../src/process/cell-process.ts";
import type { HostService } from "../../src/process/host-service.ts";
import { SpawnedProcess } from "../../src/process/spawned-process.ts";
import { StartFaults } from "../../src/process/start-faults.ts";
import { sourceOptions } from "../../src/source-options.ts";
import { aProgram, limits } from "./a-program.ts";

interface CellManner {
  readonly isShared?: boolean;
  readonly launch?: (command: CellCommand, events: CellProcessEvents) => CellProcess;
}

/** Cells that behave as `hostile-cell.ts` has it, and what a test hears of them. */
export interface HostileCells {
  /** Those of this test. */
  readonly cells: readonly Cell[];
  /** Of this test. */
  readonly diagnostics: readonly Diagnostic[];
  readonly onDiagnostic: (diagnostic: Diagnostic) => void;
  makeCell(behaviour: string, manner?: CellManner): Cell;
  /** Runs a program in such a cell, which is answered with much. */
  run(behaviour: string, own?: Partial<Limits>): Promise<ExecutionReport | undefined>;
}

/** Answers everything with as much as a window holds, later. */
export const service: HostService = {
  serve: () => sleep(1, { result: 0, payload: new Uint8Array(65_536) }),
};

export function programWith(own: Partial<Limits>): CellProgram {
  return { ...aProgram, limits: { ...limits, ...own } };
}

const spawn = (command: CellCommand, events: CellProcessEvents): CellProcess => new SpawnedProcess(command, events);
const stub = fileURLToPath(new URL("./hostile-cell.ts", import.meta.url));

/** For the tests of a file, in which this is called: what a test has made ends with it. */
export function useHostileCells(): HostileCells {
  const cells: Cell[] = [];
  const diagnostics: Diagnostic[] = [];
  const onDiagnostic = (diagnostic: Diagnostic): void => void diagnostics.push(diagnostic);
  afterEach(async () => {
    await Promise.all(cells.splice(0).map((cell) => cell.dispose()));
    diagnostics.length = 0;
  });
  const makeCell: HostileCells["makeCell"] = (behaviour, { isShared = false, launch = spawn } = {}) => {
    const command = { execPath: process.execPath, args: [...sourceOptions(), stub, behaviour] };
    const cell = new Cell({
      launch: (events) => launch(command, events),
      isCopy: false,
      isShared,
      runs: Number.POSITIVE_INFINITY,
      guestKind: "node 64",
      onDiagnostic,
      startFaults: new StartFaults(onDiagnostic),
      onConfined: () => undefined,
      onDeath: () => undefined,
    });
    cells.push(cell);
    return cell;
  };
  return {
    cells,
    diagnostics,
    onDiagnostic,
    makeCell,
    async run(behaviour, own = {}) {
      const cell = makeCell(behaviour);
      await cell.ready;
      return await cell.run({ onDiagnostic, program: programWith(own), service, signal: undefined });
    },
  };
}
