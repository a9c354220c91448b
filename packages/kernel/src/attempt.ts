import { isPromiseLike, type MaybePromise } from "@vivarium/core";
import type { Steps } from "./maybe-async.ts";

/**
 * One system call on its way. It knows whether anything had to wait since the last look: what was resolved before a
 * wait may name something else after it.
 */
export class Attempt {
  /** False when the guest sits in a synchronous call that its cell cannot wait for. */
  readonly mayWait: boolean;
  waited = false;
  /** True once nobody waits for the call's result any more. */
  gone = false;

  constructor(mayWait: boolean) {
    this.mayWait = mayWait;
  }

  *settle<T>(value: MaybePromise<T>): Steps<T> {
    if (!isPromiseLike(value)) return value;
    this.waited = true;
    return (yield value) as T;
  }
}
