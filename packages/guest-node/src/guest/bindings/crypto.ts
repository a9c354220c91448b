import type { Binding, Guest } from "../guest.ts";
import { unimplemented } from "../unimplemented.ts";
import { randomBytes } from "./random-bytes.ts";

/**
 * Of cryptography, there are random numbers: the lists of what else there is are empty, and everything else fails by name when it is
 * used. Node's library asks for the lists while it loads.
 */
export function cryptoBinding(guest: Guest): Binding {
  return {
    __proto__: null,
    ...randomBytes(guest),
    getCiphers: () => [],
    getSSLCiphers: () => [],
    getHashes: () => [],
    getCurves: () => [],
    getCachedAliases: () => ({ __proto__: null }),
    getFipsCrypto: () => 0,
    startLoadingCertificatesOffThread() {},
    secureHeapUsed: () => undefined,
    // Its classes are made from a base class that a callback receives.
    createNativeKeyObjectClass: (define: (base: unknown) => unknown) => define(class KeyObjectBase {}),
    createCryptoKeyClass: (define: (base: unknown) => unknown) => define(class CryptoKeyBase {}),
    getRootCertificates() {
      throw unimplemented("crypto", "getRootCertificates");
    },
  };
}
