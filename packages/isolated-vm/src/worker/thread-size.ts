import type { ProcessSize } from "../process/process-size.ts";
import { AddressSpace } from "./address-space.ts";
import { ThreadShares } from "./thread-shares.ts";

/** More than any guest may have. */
const EVERYTHING = 2 ** 50;

const shares = new ThreadShares();
/** Who has taken the regions, nobody knows: whoever runs ends, before the process does. */
const addressSpace = new AddressSpace(() => shares.chargeAll(EVERYTHING));

/** What a thread of this process has made of its memory since it was first asked about. Undefined where no system tells. */
export function threadSize(thread: number): ProcessSize | undefined {
  const bytes = shares.of(thread);
  if (bytes === undefined) return undefined;
  addressSpace.look();
  return { bytes, threads: 1 };
}

/** The thread has ended. */
export function forgetThreadSize(thread: number): void {
  shares.forget(thread);
}
