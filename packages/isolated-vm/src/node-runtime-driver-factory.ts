import {
  DEFAULT_PROFILE,
  type GuestConfig,
  guestProfiles,
  type RuntimeDriver,
  type RuntimeDriverContext,
  type RuntimeDriverFactory,
} from "@vivarium/core";
import { baseOf, guestKind } from "./channel/guest-kind.ts";
import type { NodeRuntimeDriverOptions } from "./driver-options.ts";
import { assertEngine } from "./engine/assert-engine.ts";
import { InlineRuntimeDriver } from "./inline/inline-runtime-driver.ts";
import { LifeSlots } from "./life-slots.ts";
import { cellCommands } from "./process/cell-commands.ts";
import { CellLauncher } from "./process/cell-launcher.ts";
import { CellPool } from "./process/cell-pool.ts";
import { ProcessRuntimeDriver } from "./process/process-runtime-driver.ts";
import { SharedCellSupply } from "./process/shared-cell-supply.ts";
import { SharedCells } from "./process/shared-cells.ts";
import { SharedZygote } from "./process/shared-zygote.ts";
import { resolveDriverOptions } from "./resolve-driver-options.ts";
import { RunSlots } from "./run-slots.ts";
import { inThreads } from "./worker/in-threads.ts";

/**
 * Each costs the zygote ten megabytes, which its copies share, and every fork a little; with eight a run took a tenth less
 * than with four.
 */
const GUESTS_PER_CELL = 6;

/**
 * Makes the runtime drivers of guests that see Node: each in a V8 isolate, the isolate in a process cell unless told
 * otherwise. Cells start with the first run that needs them, and end with the driver or with the host. On Linux the
 * drivers of one factory share the process that their cells are copied from, so that only the first of them has to wait
 * for it: keep the factory, make drivers from it.
 *
 * @throws VivariumError `ERR_UNKNOWN_OPTION`, `ERR_INVALID_OPTION`; `ERR_UNSUPPORTED_CAPABILITY` for what such cells
 *   cannot have;
 *   `ERR_UNSUPPORTED_PLATFORM` on another Node than 24.20 and what follows it in its line; `ERR_ISOLATED_VM_VERSION`
 *   when isolated-vm is missing or older than 7.0.1; `ERR_NATIVE_HELPER_MISSING`.
 */
export function createNodeRuntimeDriverFactory(options: NodeRuntimeDriverOptions = {}): RuntimeDriverFactory {
  return createDriverFactory(options);
}

/** How Node's own library is told that it was started. */
type GuestFlags = Pick<GuestConfig, "execArgv" | "options">;

/** How Node's own tests want to be started. */
export interface ConformanceFlags extends GuestFlags {
  /** Flags of V8 (`--expose-gc`), for process cells; an inline cell has those of its host. @default [] */
  readonly engineFlags?: readonly string[];
  /** Whether guests that these start may ask for the library's inside, too (`--expose-internals`). @default false */
  readonly opensInternals?: boolean;
}

/**
 * As {@link createNodeRuntimeDriverFactory}, for runs of Node's own tests: guests see a Node that was started with
 * these flags. `--expose-internals` among them opens the library's inside to the program, so never for one that is not
 * trusted.
 */
export function createConformanceDriverFactory(
  options: NodeRuntimeDriverOptions,
  { execArgv, options: nodeOptions, engineFlags, opensInternals }: ConformanceFlags,
): RuntimeDriverFactory {
  const guestFlags = { execArgv, options: nodeOptions };
  return createDriverFactory(options, { guestFlags, engineFlags, opensInternals });
}

/** As {@link createNodeRuntimeDriverFactory} on a system whose kernel confines no cell, for tests of what holds one there. */
export function createUnconfinedDriverFactory(options: NodeRuntimeDriverOptions): RuntimeDriverFactory {
  return createDriverFactory(options, { kernelConfines: false });
}

interface InternalOptions {
  readonly guestFlags?: GuestFlags;
  readonly opensInternals?: boolean | undefined;
  readonly engineFlags?: readonly string[] | undefined;
  /** Whether the kernel may confine cells. @default what is known of this system */
  readonly kernelConfines?: boolean;
}

function createDriverFactory(
  options: NodeRuntimeDriverOptions,
  { guestFlags, opensInternals, engineFlags, kernelConfines }: InternalOptions = {},
): RuntimeDriverFactory {
  const resolved = resolveDriverOptions(options);
  const { cells, isolation, maxCells, maxQueuedRuns, queueTimeLimitMs } = resolved;
  const installation = assertEngine();
  const mustBeConfined = resolved.confinement === "required";
  const commands = cellCommands({
    installation,
    mustBeConfined,
    engineFlags,
    kernelConfines,
    niceness: resolved.niceness,
  });
  const zygote = new SharedZygote({
    command: cells === "process" ? commands.zygote : undefined,
    guestsPerCopy: isolation === "run" ? 1 : GUESTS_PER_CELL,
    idleTimeMs: resolved.idleTimeMs,
  });
  const { launch, accepts } = new CellLauncher({ ...commands, onFallback: () => zygote.abandon() });
  const pool = { ...resolved, zygote, launch, accepts };
  const shared = isolation === "shared" ? new SharedCells(pool) : undefined;
  const sharedSlots = new RunSlots(maxCells * resolved.guestsPerCell);
  const sharedLives = new LifeSlots(resolved.maxGuests);
  const createRuntimeDriver = (told: RuntimeDriverContext): RuntimeDriver => {
    const context = guestFlags === undefined ? told : { ...told, guestFlags, opensInternals };
    const slots = shared === undefined ? new RunSlots(maxCells) : sharedSlots;
    const queue = { slots, maxQueuedRuns };
    const guests = shared === undefined ? new LifeSlots(resolved.maxGuests) : sharedLives;
    if (cells === "inline") return new InlineRuntimeDriver(context, queue, guests, queueTimeLimitMs);
    const { limits, profile = DEFAULT_PROFILE, onDiagnostic } = context;
    const user = { guestKind: guestKind(baseOf(profile), limits.memoryLimit), onDiagnostic };
    const threads = cells === "worker" ? inThreads() : undefined;
    const supply =
      shared === undefined ? new CellPool({ ...pool, ...user, ...threads }) : new SharedCellSupply(shared, user);
    return new ProcessRuntimeDriver(context, queue, {
      cells: supply,
      guests,
      queueTimeLimitMs,
      sharedWith: SHARED_WITH[isolation],
      mustBeConfined,
      zygote: cells === "process" ? zygote : undefined,
      ...threads,
    });
  };
  return { name: `isolated-vm (${cells})`, profiles: guestProfiles, servesModules: true, createRuntimeDriver };
}

const SHARED_WITH = { run: "nothing", runtime: "runtime", shared: "runtimes" } as const;
