import { type CryptoEngine, NativeCryptoEngine } from "./crypto-engine.ts";
import { nativeCrypto } from "./native-crypto.ts";
import { processPool } from "./process-pool.ts";

/**
 * Where jobs are done that a guest need not wait for: on the thread pool, where the process is the guest's cell's own, or on
 * this thread, where the pool is the embedder's.
 */
export type JobPlace = "own-process" | "this-thread";

/** Cryptography on this thread, or `undefined` where Node's binding is not to be had. */
export function openCryptoEngine(place: JobPlace): CryptoEngine | undefined {
  const native = nativeCrypto();
  return native && new NativeCryptoEngine(native, place === "own-process" ? processPool : undefined);
}
