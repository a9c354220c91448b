import type { Guest } from "../../guest.ts";
import { setOwn } from "../../past-prototypes.ts";
import { ArrayIsArray, WeakMapPrototypeGet, WeakMapPrototypeSet } from "../../primordial.ts";
import type { KeyHandles } from "./key-handles.ts";

/** What a key object, or one of the web's, is: the same in all of them, and told to nobody else. */
export type Slots = readonly unknown[];

/** The classes from which Node's library derives its key objects, and what it reads of their instances. */
export interface KeyClasses {
  createNativeKeyObjectClass(define: (base: unknown) => unknown): unknown;
  getKeyObjectSlots(key: object): Slots;
  createCryptoKeyClass(define: (base: unknown) => unknown): unknown;
  getCryptoKeySlots(key: object): Slots;
  /** Makes a key of the web's, once Node's library has defined its class. */
  createCryptoKey(handle: object, algorithm: unknown, usages: unknown, isExtractable: boolean): object;
}

type CryptoKeyClass = new (handle: object, algorithm: unknown, usages: unknown, isExtractable: boolean) => object;

export function createKeyClasses(guest: Guest, handles: KeyHandles, share: (object: object) => void): KeyClasses {
  const slots = new WeakMap<object, Slots>();
  let InternalCryptoKey: CryptoKeyClass | undefined;
  const slotsOf = (key: object, name: string): Slots => {
    const found = key !== null && typeof key === "object" ? WeakMapPrototypeGet(slots, key) : undefined;
    if (found !== undefined) return copied(found);
    throw guest.errors.coded("TypeError", "ERR_INVALID_THIS", `Value of "this" must be of type ${name}`);
  };

  class NativeKeyObject {
    constructor(handle: object) {
      WeakMapPrototypeSet(slots, this, [handles.typeOf(handle), handle]);
      share(this);
    }
  }

  class NativeCryptoKey {
    constructor(handle: object, algorithm: unknown, usages: unknown, isExtractable: boolean) {
      WeakMapPrototypeSet(slots, this, [handles.typeOf(handle), isExtractable, algorithm, usages, handle]);
      share(this);
    }
  }

  return {
    createNativeKeyObjectClass: (define) => define(NativeKeyObject),
    getKeyObjectSlots: (key) => slotsOf(key, "KeyObject"),
    createCryptoKeyClass(define) {
      const classes = define(NativeCryptoKey);
      if (ArrayIsArray(classes)) InternalCryptoKey = classes[1] as CryptoKeyClass;
      return classes;
    },
    getCryptoKeySlots: (key) => slotsOf(key, "CryptoKey"),
    createCryptoKey(handle, algorithm, usages, isExtractable) {
      if (InternalCryptoKey === undefined) throw new TypeError("Node's library has defined no CryptoKey");
      return new InternalCryptoKey(handle, algorithm, usages, isExtractable);
    },
  };
}

/** Node's library keeps what else it knows in the array that it gets. */
function copied(slots: Slots): unknown[] {
  const copy: unknown[] = [];
  for (let index = 0; index < slots.length; index++) setOwn(copy, index, slots[index]);
  return copy;
}
