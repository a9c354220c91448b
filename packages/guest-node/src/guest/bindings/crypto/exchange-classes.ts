import type { Binding } from "../../guest.ts";
import type { CryptoLink } from "./crypto-link.ts";
import { defineMethods } from "./define-methods.ts";

const ofAll = ["generateKeys", "computeSecret", "getPublicKey", "getPrivateKey", "setPublicKey", "setPrivateKey"];
const ofGroups = ["getPrime", "getGenerator"];

/** What two ends agree on a secret with. */
export function exchangeClasses(link: CryptoLink): Binding {
  class DiffieHellman {
    constructor(sizeOrPrime: unknown, generator: unknown) {
      link.make(this, "DiffieHellman", [sizeOrPrime, generator]);
    }

    get verifyError(): unknown {
      return link.call(this, "verifyError", []);
    }
  }

  class DiffieHellmanGroup {
    constructor(name: string) {
      link.make(this, "DiffieHellmanGroup", [name]);
    }

    get verifyError(): unknown {
      return link.call(this, "verifyError", []);
    }
  }

  class ECDH {
    constructor(curve: string) {
      link.make(this, "ECDH", [curve]);
    }
  }

  defineMethods(link, DiffieHellman.prototype, ofAll);
  defineMethods(link, DiffieHellman.prototype, ofGroups);
  defineMethods(link, DiffieHellmanGroup.prototype, ofAll);
  defineMethods(link, DiffieHellmanGroup.prototype, ofGroups);
  defineMethods(link, ECDH.prototype, ofAll);
  return { DiffieHellman, DiffieHellmanGroup, ECDH };
}
