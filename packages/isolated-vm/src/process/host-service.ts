import type { MaybePromise, SystemCallScalar } from "@vivarium/core";
import type { CallAnswer, HostCallName } from "@vivarium/kernel";

/** What serves the system calls of one run with the host's authority. */
export interface HostService {
  /** Never throws. `synchronous`: the guest waits for the answer. */
  serve(
    name: HostCallName,
    args: readonly SystemCallScalar[],
    input: Uint8Array,
    synchronous: boolean,
  ): MaybePromise<CallAnswer>;
  /** The guest is gone: whatever it held open is closed, whatever waits is abandoned. Idempotent. */
  dispose(): void | Promise<void>;
}
