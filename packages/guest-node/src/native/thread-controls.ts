import { openNativeHelper } from "./open-native-helper.ts";

/** What {@link ThreadControls.currentThread} tells of the thread that called it. */
export interface CurrentThread {
  /** A number that no other thread of this process ever has; never 0. */
  readonly mark: number;
  /** The system's number for it, under which Linux tells its CPU time; 0 on other systems. */
  readonly systemThread: number;
}

/** What the native helper can do to guests on other threads of this process: for a host's own Node, never for a guest. */
export interface ThreadControls {
  currentThread(): CurrentThread;
  /**
   * Ends the execution of every guest that the thread with this mark has made, at the next place where V8 looks: a
   * function of V8's that takes its time is finished first. No program can catch it. May be called from any thread.
   */
  interruptGuests(mark: number): void;
  /**
   * Has this thread's garbage collected when it ends, before whatever has been loaded until now lets go of it:
   * isolated-vm aborts the process when V8 finds its handles later.
   */
  collectBeforeEnd(): void;
}

/**
 * Loads the controls, into whichever thread asks.
 * @throws VivariumError `ERR_NATIVE_HELPER_MISSING`
 */
export function loadThreadControls(): ThreadControls {
  return openNativeHelper((file) => {
    const module: { exports: Partial<ThreadControls> } = { exports: {} };
    process.dlopen(module, file);
    return complete(module.exports);
  });
}

function complete({ currentThread, interruptGuests, collectBeforeEnd }: Partial<ThreadControls>): ThreadControls {
  if (currentThread === undefined || interruptGuests === undefined || collectBeforeEnd === undefined) {
    throw new Error("It is of another version");
  }
  return { currentThread, interruptGuests, collectBeforeEnd };
}
