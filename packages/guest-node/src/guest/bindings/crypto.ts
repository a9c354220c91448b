import type { Binding } from "../guest.ts";
import { unimplemented } from "../unimplemented.ts";

/**
 * Cryptography is not there yet: the lists of what there is are empty, and everything else fails by name when it is
 * used. Node's library asks for the lists while it loads.
 */
export function cryptoBinding(): Binding {
  return {
    __proto__: null,
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
