import { setOwn } from "../../past-prototypes.ts";
import type { CryptoLink } from "./crypto-link.ts";
import { defineMethods } from "./define-methods.ts";

/** The keys of a guest: what each is, and the class of their handles. */
export interface KeyHandles {
  readonly KeyObjectHandle: new () => object;
  /** In the binding's numbers. */
  typeOf(handle: object): unknown;
  /** Makes the handle of a key that the kernel has made. */
  received(number: number): object;
}

const methods = [
  "getKeyType",
  "getSymmetricKeySize",
  "getAsymmetricKeyType",
  "checkEcKeyData",
  "rawPublicKey",
  "rawPrivateKey",
  "rawSeed",
  "exportECPublicRaw",
  "exportECPrivateRaw",
  "equals",
  "export",
] as const;

export function createKeyHandles(link: CryptoLink): KeyHandles {
  class KeyObjectHandle {
    init(type: number, ...operands: readonly unknown[]): void {
      const given: unknown[] = [type];
      for (let index = 0; index < operands.length; index++) setOwn(given, index + 1, operands[index]);
      link.make(this, "KeyObjectHandle", given);
    }

    exportJwk(target: object, handlesPss: boolean): object {
      return link.fill(target, link.call(this, "exportJwk", [handlesPss === true])) as object;
    }

    keyDetail(target: object): object {
      return link.fill(target, link.call(this, "keyDetail", [])) as object;
    }
  }
  defineMethods(link, KeyObjectHandle.prototype, methods);
  return {
    KeyObjectHandle,
    typeOf: (handle) => link.call(handle, "getKeyType", []),
    received(number) {
      const handle = new KeyObjectHandle();
      link.hold(handle, number);
      return handle;
    },
  };
}
