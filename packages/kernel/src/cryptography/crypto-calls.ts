import type { CellHandlers } from "../cell/cell-handlers.ts";
import { CallFailure } from "../system-calls/call-failure.ts";
import type { ChargeWork, CryptoEngine } from "./crypto-engine.ts";
import { knownNames } from "./known-names.ts";
import { smallDigest } from "./small-digest.ts";

/**
 * Opens what does the cryptography of a guest, when it first asks; `undefined`: this cell has none.
 * @param charge takes CPU time that is used for it elsewhere than on this thread
 */
export type OpenCryptoEngine = (charge: ChargeWork) => CryptoEngine | undefined;

/** Cryptography for one guest, and the end of it. */
export interface CryptoCalls {
  readonly calls: Pick<CellHandlers, "crypto.call" | "crypto.update" | "crypto.close" | "crypto.job" | "crypto.digest">;
  /** Does a job between two entries into the guest. */
  job(object: number, charge: ChargeWork): Promise<Uint8Array> | Uint8Array;
  /** Frees what the guest has. Idempotent. */
  dispose(): void;
  /** See {@link CryptoEngine.isWorking}. */
  readonly isWorking: boolean;
}

export function createCryptoCalls(open: OpenCryptoEngine, charge: ChargeWork): CryptoCalls {
  let engine: CryptoEngine | undefined;
  const opened = (): CryptoEngine => {
    engine ??= open(charge);
    if (engine === undefined) throw new CallFailure("ENOSYS");
    return engine;
  };
  return {
    calls: {
      "crypto.call": (object, name, operands) =>
        // Nothing has to be opened for a program that only mentions cryptography.
        (object === 0 ? knownNames(name) : undefined) ?? opened().call(object, name, operands),
      "crypto.update": (object, bytes) => (opened().update(object, bytes) ? 1 : 0),
      // A guest of ours has it done later.
      "crypto.job": () => {
        throw new CallFailure("EINVAL");
      },
      "crypto.digest": smallDigest,
      "crypto.close": (object) => {
        engine?.close(object);
        return undefined;
      },
    },
    job: (object, charge) => opened().job(object, charge),
    dispose() {
      engine?.dispose();
    },
    get isWorking() {
      return engine?.isWorking === true;
    },
  };
}
