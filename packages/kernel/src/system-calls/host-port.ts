import type { MaybePromise, SystemCallScalar } from "@vivarium/core";
import type { CallAnswer, HostCallName } from "./call-answer.ts";

/** How a cell reaches the calls that need the host's authority: directly in an inline cell, over a channel elsewhere. */
export interface HostPort {
  /** A synchronous call of the guest. Blocks until there is an answer, or refuses to wait. */
  call(name: HostCallName, args: readonly SystemCallScalar[], input: Uint8Array): CallAnswer;
  /** An asynchronous call of the guest. */
  request(name: HostCallName, args: readonly SystemCallScalar[], input: Uint8Array): MaybePromise<CallAnswer>;
}
