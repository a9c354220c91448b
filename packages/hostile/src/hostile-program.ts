import type { Limits, OutcomeKind } from "vivarium";

/** A program that means harm, and how it may end. */
export interface HostileProgram {
  /** Short, and of its own in the whole suite. */
  readonly name: string;
  /** What runs: a CommonJS module, unless `filePath` or `as` says otherwise. */
  readonly program: string;
  /** As an extension of Directus, a hook: its code, whose filter of `attack` is called. @default as a program */
  readonly as?: "extension";
  /** @default "/workspace/program.cjs" */
  readonly filePath?: string;
  /** Limits of its run, where {@link hostileLimits} would not let it do its worst. */
  readonly limits?: Partial<Limits>;
  /** Ends the run from outside after so many milliseconds. @default never */
  readonly abortAfterMs?: number;
  /** The outcomes that are right. More than one where it depends on the machine which limit is hit first. */
  readonly ends: readonly OutcomeKind[];
  /**
   * By how many MiB the host may grow while it holds what the program exported: for exports that keep to their limit, and
   * are large in memory.
   *
   * @default 64
   */
  readonly growthMiB?: number;
  /** What it has to export when it returns. @default anything */
  readonly answer?: unknown;
}

/** Programs that have an idea in common. */
export interface ProgramGroup {
  readonly name: string;
  readonly programs: readonly HostileProgram[];
}

/** Limits of every run: tight, so that a program soon meets them. */
export const hostileLimits: Limits = Object.freeze({
  memoryLimit: 64,
  processOverheadLimit: 256,
  cpuTimeLimitMs: 1_000,
  wallTimeLimitMs: 2_500,
  outputLimitBytes: 2 ** 20,
  resultLimitBytes: 8 * 2 ** 20,
  openFilesLimit: 64,
  systemCallLimit: Number.POSITIVE_INFINITY,
  systemCallRateLimit: Number.POSITIVE_INFINITY,
  pendingCallsLimit: 100_000,
  timersLimit: 100_000,
  threadsLimit: 16,
});
