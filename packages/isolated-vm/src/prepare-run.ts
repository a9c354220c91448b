import type { Execution, GuestConfig, RuntimeDriverContext } from "@vivarium/core";
import { loadLibraryFile } from "@vivarium/guest-node";
import { type ClockOptions, createGuestConfig, type GuestFlags, HostCalls, type HostRun } from "@vivarium/kernel";
import type { RunStart } from "./run-start.ts";
import { unlessAborted } from "./unless-aborted.ts";

/** What a driver is told, and what its maker adds to it. */
export interface DriverContext extends RuntimeDriverContext {
  /** @default none: guests see a Node that was started without flags */
  readonly guestFlags?: GuestFlags;
  /** Whether guests that guests start may ask for Node's inside. @default false */
  readonly opensInternals?: boolean | undefined;
}

/** A run before it has a cell: what its guest is told, and who serves its calls with the host's authority. */
export interface PreparedRun {
  readonly config: GuestConfig;
  readonly clock: ClockOptions;
  /** To be disposed of when the run is over. */
  readonly hostCalls: HostCalls;
}

/** How long a filesystem may take to find a directory, in milliseconds: as long as a cell may take to start. */
const DIRECTORY_GRACE_MS = 20_000;

/**
 * Waits until the working directory has been found. Rejects with what is wrong with it, or the reason of the start's
 * signal; for a filesystem that does not answer with `ERR_RUN_NOT_STARTED`, whatever the limit is.
 */
export async function foundDirectory({ directory }: Execution, start: RunStart): Promise<void> {
  if (directory === undefined) return;
  start.awaits("no-answer", "the filesystem has not found its working directory");
  const late = AbortSignal.timeout(DIRECTORY_GRACE_MS);
  try {
    await unlessAborted(directory, AbortSignal.any([start.signal, late]));
  } catch (error) {
    if (error !== late.reason) throw error;
    throw start.overdue(`${DIRECTORY_GRACE_MS} ms`);
  }
}

/**
 * Asks the embedder's checks what the guest may know, and makes the host's half of its calls.
 * Rejects with the reason of the start's signal for a check that takes too long.
 */
export async function prepareRun(
  execution: Execution,
  context: DriverContext,
  start: RunStart,
  others: Pick<HostRun, "role" | "startGuest" | "packageCode"> = {},
): Promise<PreparedRun> {
  const { systemDriver, onDiagnostic, guestFlags } = context;
  const { timingMitigation, frozenTimeMs } = systemDriver.processConfig;
  const clock = timingMitigation === "freeze" ? { frozenTimeMs: frozenTimeMs ?? Date.now() } : {};
  const run = { systemDriver, execution, clock, libraryFile: loadLibraryFile, onDiagnostic, ...others };
  start.awaits("no-answer", "the permission check for its environment has not answered");
  const config = await unlessAborted(createGuestConfig(run, guestFlags), start.signal);
  return { config, clock, hostCalls: new HostCalls(run) };
}
