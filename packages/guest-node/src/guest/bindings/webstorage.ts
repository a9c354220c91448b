import type { Binding, Guest } from "../guest.ts";
import { ObjectDefineProperty, setOwn } from "../past-prototypes.ts";
import { ObjectCreate, SymbolFor, WeakMapPrototypeGet, WeakMapPrototypeSet } from "../primordial.ts";
import { copyOfItems, storageObject } from "../web-storage/storage-object.ts";
import { StoredItems } from "../web-storage/stored-items.ts";

type Inspect = (value: object, options: object) => string;
type Method = (items: StoredItems, first: unknown, second: unknown) => unknown;

/** What `--localstorage-file` names, and what lives as long as the program: as `localStorage` and `sessionStorage` have it. */
export function webstorageBinding(guest: Guest): Binding {
  const kConstructorKey = guest.symbols["constructor_key_symbol"];
  const itemsOf = new WeakMap<object, StoredItems>();
  const { coded } = guest.errors;

  function Storage(...given: readonly unknown[]): object {
    if (new.target === undefined || given[0] !== kConstructorKey) {
      throw coded("Error", "ERR_ILLEGAL_CONSTRUCTOR", "Illegal constructor");
    }
    const items = new StoredItems(guest, `${given[1] as string}`);
    const target = ObjectCreate(prototype) as object;
    ObjectDefineProperty(target, SymbolFor("nodejs.util.inspect.custom"), {
      value: (_depth: number, options: object, inspect: Inspect) => inspect(copyOfItems(items, prototype), options),
      configurable: true,
    });
    const storage = storageObject(target, items);
    WeakMapPrototypeSet(itemsOf, storage, items);
    return storage;
  }
  const prototype = Storage.prototype as object;

  const own = (receiver: unknown): StoredItems => {
    const items = WeakMapPrototypeGet(itemsOf, receiver as object);
    if (items === undefined) throw new TypeError("Illegal invocation");
    return items;
  };
  const define = (name: string, wanted: number, method: Method): void => {
    const { value } = {
      value(this: unknown, ...given: readonly unknown[]): unknown {
        const items = own(this);
        if (given.length >= wanted) return method(items, given[0], given[1]);
        const words = `${wanted} argument${wanted === 1 ? "" : "s"} required`;
        throw coded("TypeError", "ERR_MISSING_ARGS", `Failed to execute '${name}' on 'Storage': ${words}`);
      },
    };
    ObjectDefineProperty(value, "name", { value: name, configurable: true });
    ObjectDefineProperty(value, "length", { value: 0, configurable: true });
    setOwn(prototype, name, value);
  };
  ObjectDefineProperty(prototype, "length", {
    get(this: unknown) {
      return own(this).count;
    },
    enumerable: true,
  });
  define("clear", 0, (items) => items.clear());
  define("getItem", 1, (items, key) => items.get(`${key as string}`));
  define("key", 1, (items, index) => items.keyAt((index as number) >>> 0));
  define("removeItem", 1, (items, key) => items.remove(`${key as string}`));
  define("setItem", 2, (items, key, value) => items.set(`${key as string}`, `${value as string}`));
  return { __proto__: null, kConstructorKey, Storage };
}
