import { fileURLToPath } from "node:url";
import { writeCellArguments } from "../cell/cell-arguments.ts";
import type { IsolatedVmInstallation } from "../engine/isolated-vm-binary.ts";
import { sourceEntry, sourceOptions } from "../source-options.ts";
import { sharedProvisions } from "./make-provisions.ts";

/** How a cell process is started. */
export interface CellCommand {
  readonly execPath: string;
  readonly args: readonly string[];
  /** What it gets on standard input. @default nothing */
  readonly input?: () => Uint8Array;
  /** Its nice value, from 0 to 19. @default 0 */
  readonly niceness?: number;
}

/** Sources run as they are, built packages as they were built: the entries stand beside this file in both. */
const fromSources = import.meta.url.endsWith(".ts");

const entryOptions = (): readonly string[] => (fromSources ? sourceOptions() : []);

function entryFile(name: "main" | "zygote-main"): string {
  return fromSources ? sourceEntry(`cell/${name}`) : fileURLToPath(new URL(`./cell/${name}.js`, import.meta.url));
}

/** One file, which a build makes of the cell's sources, in the repository too. */
function permissionEntryFile(): string {
  const path = `${fromSources ? "../../dist" : "."}/cell/permission-main.mjs`;
  return fileURLToPath(new URL(path, import.meta.url));
}

/** Old generation of a cell's own heap, in MiB; what guests hold is counted for each of them. */
const OWN_HEAP_MIB = 256;

const nodeOptions: readonly string[] = [
  // A signal must not open an inspector in a process that runs strangers' programs.
  "--disable-sigusr1",
  "--no-warnings",
  "--no-global-search-paths",
  // Of the cell itself: cryptography of its guests is done by Node's own binding, which Node's library in them expects.
  "--expose-internals",
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

/**
 * What Node's permission model leaves a process that starts with this file: the file, and addons. SQLite would open and make
 * files all the same.
 */
export function permissionOptions(entry: string): readonly string[] {
  return ["--permission", `--allow-fs-read=${entry}`, "--allow-addons", "--no-experimental-sqlite"];
}

export interface CellCommandOptions {
  readonly installation: IsolatedVmInstallation;
  /** Whether cells must not run a program unless the kernel has confined them. @default false */
  readonly mustBeConfined?: boolean;
  /** Whether cells ask the kernel to confine them. @default true */
  readonly asksKernel?: boolean;
  /** The nice value of cells, from 0 to 19. @default 0 */
  readonly niceness?: number;
  /** Flags of V8, which hold for the whole process. @default [] */
  readonly engineFlags?: readonly string[] | undefined;
}

/** The command of a cell: the host's own Node, our entry, and where the isolate's addon is. */
export function cellCommand(options: CellCommandOptions): CellCommand {
  return command(entryFile("main"), options, entryOptions());
}

/** The command of a cell that Node's permission model holds. */
export function permissionCellCommand(options: CellCommandOptions): CellCommand {
  const entry = permissionEntryFile();
  return { ...command(entry, options, permissionOptions(entry)), input: sharedProvisions };
}

/** The command of a zygote; undefined where processes cannot be forked. */
export function zygoteCommand(options: CellCommandOptions): CellCommand | undefined {
  if (process.platform !== "linux") return undefined;
  return command(entryFile("zygote-main"), options, [...zygoteOptions, ...entryOptions()]);
}

function command(
  entry: string,
  { installation, mustBeConfined = false, asksKernel = true, engineFlags = [], niceness = 0 }: CellCommandOptions,
  ownOptions: readonly string[],
): CellCommand {
  const { binaries } = installation;
  const own = writeCellArguments({ host: process.pid, mustBeConfined, asksKernel, binaries });
  return { execPath: process.execPath, args: [...nodeOptions, ...ownOptions, ...engineFlags, entry, ...own], niceness };
}
