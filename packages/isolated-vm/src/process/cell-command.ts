import { fileURLToPath } from "node:url";
import { writeCellArguments } from "../cell/cell-arguments.ts";
import type { IsolatedVmInstallation } from "../engine/isolated-vm-binary.ts";
import { sourceOptions } from "../source-options.ts";

/** How a cell process is started. */
export interface CellCommand {
  readonly execPath: string;
  readonly args: readonly string[];
}

/** Sources run as they are, built packages as they were built: the entries stand beside this file in both. */
const fromSources = import.meta.url.endsWith(".ts");

function entryFile(name: "main" | "zygote-main"): string {
  const path = fromSources ? `../cell/${name}.ts` : `./cell/${name}.js`;
  return fileURLToPath(new URL(path, import.meta.url));
}

/** Old generation of a cell's own heap, in MiB; what guests hold is counted for each of them. */
const OWN_HEAP_MIB = 256;

const nodeOptions: readonly string[] = [
  // A signal must not open an inspector in a process that runs strangers' programs.
  "--disable-sigusr1",
  "--no-warnings",
  "--no-global-search-paths",
  `--max-old-space-size=${OWN_HEAP_MIB}`,
  // Code that V8 has optimised on another thread may go on past the end of its memory, by as much as isolated-vm lends it
  // to come to an end.
  "--no-concurrent-recompilation",
  // The manual of isolated-vm asks for it, since isolates of one process share V8's read-only heap. On Linux, Node's own
  // snapshot is built on the one that isolates start from, and without it a cell takes three times as long to start.
  ...(process.platform === "linux" ? [] : ["--no-node-snapshot"]),
];

/**
 * A fork has no other thread than the one that forks: V8 must not leave work to its threads, nor to a later time, for
 * which isolated-vm would start one.
 */
const zygoteOptions: readonly string[] = ["--single-threaded", "--no-memory-reducer"];

export interface CellCommandOptions {
  readonly installation: IsolatedVmInstallation;
  /** Whether cells must not run a program unless the kernel has confined them. @default false */
  readonly mustBeConfined?: boolean;
  /** Flags of V8, which hold for the whole process. @default [] */
  readonly engineFlags?: readonly string[] | undefined;
}

/** The command of a cell: the host's own Node, our entry, and where the isolate's addon is. */
export function cellCommand(options: CellCommandOptions): CellCommand {
  return command("main", options, []);
}

/** The command of a zygote; undefined where processes cannot be forked. */
export function zygoteCommand(options: CellCommandOptions): CellCommand | undefined {
  return process.platform === "linux" ? command("zygote-main", options, zygoteOptions) : undefined;
}

function command(
  entry: "main" | "zygote-main",
  { installation, mustBeConfined = false, engineFlags = [] }: CellCommandOptions,
  entryOptions: readonly string[],
): CellCommand {
  const own = writeCellArguments({ host: process.pid, mustBeConfined, binaries: installation.binaries });
  return {
    execPath: process.execPath,
    args: [
      ...nodeOptions,
      ...entryOptions,
      ...engineFlags,
      ...(fromSources ? sourceOptions() : []),
      entryFile(entry),
      ...own,
    ],
  };
}
