import { setImmediate as nextTurn } from "node:timers/promises";
import { isPromiseLike, type MaybePromise, type PermissionDecision } from "@vivarium/core";
import type { Steps } from "./maybe-async.ts";

/** How long one call may occupy the host at a time, in milliseconds. */
const SLICE_MS = 4;

/**
 * One system call on its way. It knows whether anything had to wait since the last look: what was resolved before a
 * wait may name something else after it.
 */
export class Attempt {
  /** False when the guest sits in a synchronous call that its cell cannot wait for. */
  readonly mayWait: boolean;
  waited = false;
  /** A question that was asked on the short way and is answered by promise: the ordinary way takes the answer up. */
  asked: { readonly op: string; readonly path: string; readonly answer: Promise<PermissionDecision> } | undefined;
  /** True once nobody waits for the call's result any more. */
  gone = false;
  #sliceStart: number = performance.now();

  constructor(mayWait: boolean) {
    this.mayWait = mayWait;
  }

  /**
   * Lets the host do other things when this call has occupied it for long: to be called in every loop whose length is a
   * guest's to choose. In a cell that cannot wait it does nothing.
   */
  *breathe(): Steps<void> {
    if (!this.mayWait || performance.now() - this.#sliceStart < SLICE_MS) return;
    yield* this.settle(nextTurn());
    this.#sliceStart = performance.now();
  }

  *settle<T>(value: MaybePromise<T>): Steps<T> {
    if (!isPromiseLike(value)) return value;
    this.waited = true;
    return (yield value) as T;
  }
}
