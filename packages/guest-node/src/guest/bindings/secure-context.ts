import { SecureContextBase } from "../tls/secure-context.ts";
import type { CryptoLink } from "./crypto/crypto-link.ts";

/** The class of secure contexts, as the `crypto` binding has it. */
export function secureContextClass(link: CryptoLink): new () => SecureContextBase {
  return class SecureContext extends SecureContextBase {
    constructor() {
      super(link);
    }
  };
}
