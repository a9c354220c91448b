import type { IsolatedVmInstallation } from "../engine/isolated-vm-binary.ts";
import { type CellCommand, cellCommand, permissionCellCommand, zygoteCommand } from "./cell-command.ts";

export interface CellCommandsOptions {
  readonly installation: IsolatedVmInstallation;
  /** Whether cells must not run a program unless the kernel has confined them. */
  readonly mustBeConfined: boolean;
  readonly engineFlags?: readonly string[] | undefined;
  readonly niceness?: number;
  /** Whether the kernel may confine cells. @default what is known of this system */
  readonly kernelConfines?: boolean | undefined;
}

/** By which commands the cells of a factory are started. */
export interface CellCommands {
  readonly command: CellCommand;
  /** Undefined where there is no zygote. */
  readonly zygote?: CellCommand | undefined;
  /** For when the kernel does not confine cells of `command`. Undefined where there is nothing else. */
  readonly fallback?: CellCommand | undefined;
}

/** Whether the native helper has something to confine a process with: it is another matter what the kernel says to that. */
const kernelMayConfine: boolean = process.platform === "linux" && ["x64", "arm64"].includes(process.arch);

/** Node's permission model holds the cells of a system that has nothing better; where it has, nobody waits for the model. */
export function cellCommands(options: CellCommandsOptions): CellCommands {
  const { installation, engineFlags, niceness = 0, mustBeConfined, kernelConfines = kernelMayConfine } = options;
  const shared = { installation, engineFlags, niceness };
  if (!kernelConfines) {
    return { command: permissionCellCommand({ ...shared, mustBeConfined, asksKernel: !kernelMayConfine }) };
  }
  const strict = { ...shared, mustBeConfined: true };
  const usual = { command: cellCommand(strict), zygote: zygoteCommand(strict) };
  return mustBeConfined ? usual : { ...usual, fallback: permissionCellCommand({ ...shared, mustBeConfined }) };
}
