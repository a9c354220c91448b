import { type Execution, type ExecutionReport, type PackageTree, policyFromData } from "@vivarium/core";
import { createGuestConfig, HostCalls } from "@vivarium/kernel";
import { emptyWorld } from "../cell/own-program.ts";
import type { GuestKind } from "../channel/guest-kind.ts";
import { cellPackagesOf } from "../packages/cell-packages.ts";
import { Cell } from "./cell.ts";
import { StartFaults } from "./start-faults.ts";
import type { ZygoteProcess } from "./zygote-process.ts";

export interface AloneOptions {
  /** Of which the cell is a copy. */
  readonly zygote: ZygoteProcess;
  readonly tree: PackageTree;
  readonly guestKind: GuestKind;
}

/** Node's options of such a guest: it has the modules of `node:vm`. */
const guestFlags = { execArgv: [], options: { "--experimental-vm-modules": true } };

/**
 * Runs a program of our own in a cell that has run nobody's and runs none after. It may read packages, and nothing else is
 * there. Undefined: the cell died before its guest was entered.
 */
export async function runAlone(
  execution: Execution,
  { zygote, tree, guestKind }: AloneOptions,
): Promise<ExecutionReport | undefined> {
  const onDiagnostic = (): void => undefined;
  const permissions = { fs: policyFromData({ rule: "allow" }) };
  const run = { systemDriver: { ...emptyWorld, packages: tree, permissions }, execution, onDiagnostic };
  const config = await createGuestConfig(run, guestFlags);
  const service = new HostCalls(run);
  const cell = new Cell({
    launch: (events) => zygote.fork(events),
    isCopy: true,
    zygote,
    runs: 1,
    guestKind,
    onDiagnostic,
    startFaults: new StartFaults(onDiagnostic),
    onConfined: onDiagnostic,
    onDeath: onDiagnostic,
  });
  try {
    await cell.ready;
    const { code, filePath, mode, limits } = execution;
    const own = { frozenTimeMs: undefined, replica: { kind: "none" }, packages: cellPackagesOf(tree) } as const;
    const program = { code, filePath, mode, limits, config, ...own };
    return await cell.run({ program, service, signal: undefined, onDiagnostic });
  } finally {
    await cell.dispose();
    await service.dispose();
  }
}
