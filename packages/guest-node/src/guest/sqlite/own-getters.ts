import { ObjectDefineProperty } from "../past-prototypes.ts";

/** Gives an object getters of its own, as an object of Node's native side has them. */
export function defineGetters(target: object, getters: Readonly<Record<string, () => unknown>>): void {
  for (const name in getters) {
    const get = getters[name] as () => unknown;
    ObjectDefineProperty(target, name, { get, enumerable: true, configurable: false });
  }
}

/** Makes methods of a class enumerable, as those of Node's native classes are. */
export function showMethods(prototype: object, names: readonly string[]): void {
  for (let index = 0; index < names.length; index++) {
    ObjectDefineProperty(prototype, names[index] as string, { enumerable: true });
  }
}
