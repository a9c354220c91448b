import type { Guest } from "../../guest.ts";
import type { Messages } from "../../messaging/message.ts";
import { setOwn } from "../../past-prototypes.ts";
import { ArrayIsArray, ReflectConstruct, WeakMapPrototypeGet, WeakMapPrototypeSet } from "../../primordial.ts";
import type { KeyHandles, PackedKey } from "./key-handles.ts";

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

type KeyObjectClass = new (handle: object) => object;

/** What another thread makes a key of the web's of. */
interface PackedWebKey {
  readonly key: PackedKey;
  readonly algorithm: unknown;
  readonly usages: unknown;
  readonly isExtractable: boolean;
}

/** A key's clone is of the same key in the kernel; other threads have kernels of their own, and get all of it. */
export function createKeyClasses(guest: Guest, handles: KeyHandles, messages: Messages): KeyClasses {
  const slots = new WeakMap<object, Slots>();
  /** Node's classes of keys, behind the one that they extend: by the binding's numbers of their kinds, which count from 0. */
  let keyObjects: readonly KeyObjectClass[] = [];
  let InternalCryptoKey: CryptoKeyClass | undefined;
  const slotsOf = (key: object, name: string): Slots => {
    const found = key !== null && typeof key === "object" ? WeakMapPrototypeGet(slots, key) : undefined;
    if (found !== undefined) return copied(found);
    throw guest.errors.coded("TypeError", "ERR_INVALID_THIS", `Value of "this" must be of type ${name}`);
  };

  class NativeKeyObject {
    constructor(handle: object) {
      const type = handles.typeOf(handle) as number;
      WeakMapPrototypeSet(slots, this, [type, handle]);
      messages.share(this, {
        copy: () => createKeyObject(handle),
        pack: () => ({ name: "key", data: handles.pack(handle) }),
      });
    }
  }

  class NativeCryptoKey {
    constructor(handle: object, algorithm: unknown, usages: unknown, isExtractable: boolean) {
      WeakMapPrototypeSet(slots, this, [handles.typeOf(handle), isExtractable, algorithm, usages, handle]);
      messages.share(this, {
        copy: () => createCryptoKey(handle, algorithm, usages, isExtractable),
        pack: () => ({ name: "webKey", data: { key: handles.pack(handle), algorithm, usages, isExtractable } }),
      });
    }
  }

  const createKeyObject = (handle: object): object =>
    ReflectConstruct(keyObjects[(handles.typeOf(handle) as number) + 1] as KeyObjectClass, [handle]) as object;

  const createCryptoKey: KeyClasses["createCryptoKey"] = (handle, algorithm, usages, isExtractable) => {
    if (InternalCryptoKey === undefined) throw new TypeError("Node's library has defined no CryptoKey");
    return new InternalCryptoKey(handle, algorithm, usages, isExtractable);
  };

  messages.unpacks("key", (data) => createKeyObject(handles.unpack(data as PackedKey)));
  messages.unpacks("webKey", (data) => {
    const { key, algorithm, usages, isExtractable } = data as PackedWebKey;
    return createCryptoKey(handles.unpack(key), algorithm, usages, isExtractable);
  });

  return {
    createNativeKeyObjectClass(define) {
      keyObjects = define(NativeKeyObject) as readonly KeyObjectClass[];
      return keyObjects;
    },
    getKeyObjectSlots: (key) => slotsOf(key, "KeyObject"),
    createCryptoKeyClass(define) {
      const classes = define(NativeCryptoKey);
      if (ArrayIsArray(classes)) InternalCryptoKey = classes[1] as CryptoKeyClass;
      return classes;
    },
    getCryptoKeySlots: (key) => slotsOf(key, "CryptoKey"),
    createCryptoKey,
  };
}

/** Node's library keeps what else it knows in the array that it gets. */
function copied(slots: Slots): unknown[] {
  const copy: unknown[] = [];
  for (let index = 0; index < slots.length; index++) setOwn(copy, index, slots[index]);
  return copy;
}
