import { isPromiseLike, type MaybePromise, type PermissionDecision } from "@vivarium/core";
import type { Steps } from "./maybe-async.ts";

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

  constructor(mayWait: boolean) {
    this.mayWait = mayWait;
  }

  *settle<T>(value: MaybePromise<T>): Steps<T> {
    if (!isPromiseLike(value)) return value;
    this.waited = true;
    return (yield value) as T;
  }
}
