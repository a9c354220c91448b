import { setOwn, withoutPrototype } from "../past-prototypes.ts";
import { MapPrototypeDelete, MapPrototypeGet, MapPrototypeHas, MapPrototypeSet, ReflectGet } from "../primordial.ts";
import type { StoredItems } from "./stored-items.ts";

/**
 * What a program has of stored items: an object whose properties they are, but for those that its prototypes have.
 *
 * @param target what it is shown as; it has no properties of its own
 */
export function storageObject(target: object, items: StoredItems): object {
  // Symbols are nothing to store: the object has them, and does not tell.
  const symbols = new Map<symbol, unknown>();
  const isStored = (key: string) => !(key in target) && items.has(key);
  // A trap that is not here must not be found on Object.prototype.
  const handler: ProxyHandler<object> = withoutPrototype({
    get(_target, key, receiver) {
      if (typeof key === "symbol" && MapPrototypeHas(symbols, key)) return MapPrototypeGet(symbols, key);
      if (typeof key === "symbol" || key in target) return ReflectGet(target, key, receiver) as unknown;
      return items.get(key) ?? undefined;
    },
    has: (_target, key) => key in target || (typeof key === "symbol" ? MapPrototypeHas(symbols, key) : items.has(key)),
    set(_target, key, value) {
      store(items, symbols, key, value);
      return true;
    },
    defineProperty(_target, key, descriptor) {
      const { value } = withoutPrototype(descriptor);
      if (value !== undefined) store(items, symbols, key, value);
      return true;
    },
    deleteProperty(_target, key) {
      if (typeof key === "symbol") MapPrototypeDelete(symbols, key);
      else items.remove(key);
      return true;
    },
    getOwnPropertyDescriptor(_target, key) {
      if (typeof key === "symbol" || !isStored(key)) return undefined;
      const value = items.get(key);
      return withoutPrototype({ value, writable: true, enumerable: true, configurable: true });
    },
    ownKeys: () => items.keys(),
    preventExtensions: () => false,
  });
  return new Proxy(target, handler);
}

/** As they are looked at: an ordinary object of the same kind. */
export function copyOfItems(items: StoredItems, prototype: object): object {
  const copy = { __proto__: prototype };
  const keys = items.keys();
  for (let index = 0; index < keys.length; index++) {
    const key = keys[index] as string;
    if (!(key in prototype)) setOwn(copy, key, items.get(key));
  }
  return copy;
}

function store(items: StoredItems, symbols: Map<symbol, unknown>, key: string | symbol, value: unknown): void {
  if (typeof key === "symbol") MapPrototypeSet(symbols, key, value);
  else items.set(key, `${value as string}`);
}
