import type { Guest } from "../guest.ts";
import { SecureContextBase } from "../tls/secure-context.ts";

/** The class of secure contexts, as the `crypto` binding has it. */
export function secureContextClass(guest: Guest): new () => SecureContextBase {
  return class SecureContext extends SecureContextBase {
    constructor() {
      super(guest);
    }
  };
}
