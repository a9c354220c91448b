import { openControls } from "./open-controls.ts";

/** What {@link ThreadControls.currentThread} tells of the thread that called it. */
export interface CurrentThread {
  /** A number that no other thread of this process ever has; never 0. */
  readonly mark: number;
  /** The system's number for it, under which Linux tells its CPU time; 0 on other systems. */
  readonly systemThread: number;
}

/** Why a thread has been parked. */
export const PARKED = { outOfMemory: 1, fatal: 2 } as const;

/** The exit code of a process that a guest has held up for too long: see {@link ThreadControls.beginCpuWatch}. */
export const IGNORED_EXIT = 86;

/** What the native helper can do to guests on other threads of this process: for a host's own Node, never for a guest. */
export interface ThreadControls {
  currentThread(): CurrentThread;
  /**
   * Ends the execution of every guest that the thread with this mark has made, at the next place where V8 looks: a
   * function of V8's that takes its time is finished first. No program can catch it. May be called from any thread.
   */
  interruptGuests(mark: number): void;
  /** The number of the guest that this thread has made last; 0 when there is none. */
  newestGuest(): number;
  /**
   * From now on, until {@link endCpuWatch}, the guest with this number is interrupted when this thread has used so many
   * milliseconds of processor time, {@link ProcessControls.spinUntilInput} aside. False where nothing can watch it, or
   * one watch is on already.
   *
   * @param patience how many milliseconds of processor time later the process ends, with the code `IGNORED_EXIT`, if the guest
   *   is still entered then: what it is in does not listen to V8. Negative: never
   * @param mark what its last words are then to say on stderr: `held up by MARK`
   */
  beginCpuWatch(guest: number, milliseconds: number, patience: number, mark: number): boolean;
  /** Ends this thread's watch; answers whether it has interrupted the guest. */
  endCpuWatch(): boolean;
  /** The processor time that this thread has used, in milliseconds; -1 where nothing tells it. */
  threadCpuMs(): number;
  /**
   * Has this thread's garbage collected when it ends, before whatever has been loaded until now lets go of it:
   * isolated-vm aborts the process when V8 finds its handles later.
   */
  collectBeforeEnd(): void;
  /**
   * Gives memory back to the system that this process has allocated and freed, beside everything else: glibc keeps what a
   * thread has freed for threads to come.
   */
  returnFreeMemory(): void;
  /**
   * By so many bytes the heap of the next guest that this thread makes is larger than what the guest may have:
   * isolated-vm is to count them as the guest's. V8 ends the process where a single object does not fit into a heap; with
   * room for it, its guest is ended alone.
   */
  announceHeapRoom(bytes: number): void;
  /**
   * From now on this thread, and every guest that it then makes, is put to sleep for ever where V8 would end the process:
   * out of memory, or at a fault of its own. What the thread holds, it keeps; what waits for its end, waits for ever.
   */
  parkInsteadOfAborting(): void;
  /** Why the thread with this mark sleeps for ever: {@link PARKED}, or 0 when it does not. */
  parkedFor(mark: number): number;
  /** How many threads of this process sleep for ever. */
  parkedThreads(): number;
  /** Ends this process at once, whatever its threads do: no listener is called, and nothing is taken down. */
  leaveProcess(code: number): never;
}

/**
 * Loads the controls, into whichever thread asks.
 * @param files where the native helper may be, for a process that may not look for it
 * @throws VivariumError `ERR_NATIVE_HELPER_MISSING`
 */
export function loadThreadControls(files?: Iterable<string>): ThreadControls {
  return openControls<ThreadControls>(names, files);
}

const names = [
  "currentThread",
  "interruptGuests",
  "newestGuest",
  "beginCpuWatch",
  "endCpuWatch",
  "threadCpuMs",
  "collectBeforeEnd",
  "returnFreeMemory",
  "announceHeapRoom",
  "parkInsteadOfAborting",
  "parkedFor",
  "parkedThreads",
  "leaveProcess",
] as const satisfies readonly (keyof ThreadControls)[];
