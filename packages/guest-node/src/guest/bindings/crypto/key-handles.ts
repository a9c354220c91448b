import { bytesOf } from "../../bytes.ts";
import { setOwn } from "../../past-prototypes.ts";
import type { CryptoLink } from "./crypto-link.ts";
import { defineMethods } from "./define-methods.ts";

/** The keys of a guest: what each is, and the class of their handles. */
export interface KeyHandles {
  readonly KeyObjectHandle: new () => object;
  /** In the binding's numbers. */
  typeOf(handle: object): unknown;
  /** For another thread. */
  pack(handle: object): PackedKey;
  /** Makes the handle of a key that another thread has packed. @throws what Node's binding throws */
  unpack(packed: PackedKey): object;
  /** Makes the handle of a key that the kernel has made. */
  received(number: number): object;
}

/** All of a key, as `node:crypto` exports it: of a secret one its bytes, of others their standard form. */
export interface PackedKey {
  readonly type: number;
  readonly bytes: Uint8Array;
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
  const typeOf = (handle: object): number => link.call(handle, "getKeyType", []) as number;
  const numbers = link.guest.tables.bindings["crypto"]?.values ?? {};
  const { kKeyTypeSecret, kKeyTypePublic, kKeyFormatDER, kKeyEncodingSPKI, kKeyEncodingPKCS8 } = numbers;
  const encodingOf = (type: number): unknown => (type === kKeyTypePublic ? kKeyEncodingSPKI : kKeyEncodingPKCS8);
  const formOf = (type: number): readonly unknown[] => {
    if (type === kKeyTypeSecret) return [];
    const form = [kKeyFormatDER, encodingOf(type)];
    // No cipher, no passphrase.
    return type === kKeyTypePublic ? form : [form[0], form[1], null, null];
  };
  return {
    KeyObjectHandle,
    typeOf,
    pack(handle) {
      const type = typeOf(handle);
      return { type, bytes: bytesOf(link.call(handle, "export", formOf(type)) as Uint8Array) };
    },
    unpack({ type, bytes }) {
      const handle = new KeyObjectHandle();
      if (type === kKeyTypeSecret) handle.init(type, bytes);
      else handle.init(type, bytes, kKeyFormatDER, encodingOf(type), null, null);
      return handle;
    },
    received(number) {
      const handle = new KeyObjectHandle();
      link.hold(handle, number);
      return handle;
    },
  };
}
