import { isMainThread } from "node:worker_threads";
import { loadThreadControls, type ThreadControls } from "@vivarium/guest-node";

/**
 * Threads of this process that cannot be ended, when no further worker cell is started: those that sleep for ever since V8
 * gave up on their guest, and those in which a function of V8's does not listen. Each holds what its guest held.
 */
export const MOST_LOST_THREADS = 8;

/**
 * Whether threads may be put to sleep for ever. Node waits for its threads when it exits: this process can be left
 * without that from its main thread only.
 */
export const PARKS: boolean = isMainThread;

/** How long the threads of a process that exits may take to end, in milliseconds, before it leaves without them. */
const EXIT_GRACE_MS = 250;
const EXIT_LOOK_EVERY_MS = 2;

/** Threads that have been told to end, and have not for a while. */
const late = new Set<object>();

/** Counts a thread that does not end until it does. */
export function addLate(thread: object): void {
  late.add(thread);
}

export function removeLate(thread: object): void {
  late.delete(thread);
}

export function lostThreads(controls: ThreadControls): number {
  return controls.parkedThreads() + late.size;
}

/**
 * Lets this process exit though threads do not end: calls the exit listeners that come after `listener`, and leaves, when
 * a thread is lost, or `hasEnded` is not true in time.
 */
export function leaveWithoutLost(listener: (code: number) => void, code: number, hasEnded: () => boolean): void {
  if (!PARKS) return;
  const controls = loadThreadControls();
  if (lostThreads(controls) === 0 && endsSoon(hasEnded)) return;
  const listeners = process.listeners("exit");
  try {
    for (const later of listeners.slice(listeners.indexOf(listener) + 1)) later.call(process, code);
  } finally {
    controls.leaveProcess(Number(process.exitCode ?? code));
  }
}

function endsSoon(hasEnded: () => boolean): boolean {
  const deadline = performance.now() + EXIT_GRACE_MS;
  const nobody = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  while (!hasEnded()) {
    if (performance.now() > deadline) return false;
    Atomics.wait(nobody, 0, 0, EXIT_LOOK_EVERY_MS);
  }
  return true;
}
