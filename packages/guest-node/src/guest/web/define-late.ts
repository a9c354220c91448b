import { ObjectDefineProperty } from "../past-prototypes.ts";
import { globalObject, ReflectDeleteProperty } from "../primordial.ts";

/**
 * Gives the global object a property that is made when it is first read, in the stead of one of Node's: what that would
 * load, nobody has asked for yet.
 */
export function defineLate(name: string, define: (name: string, value: unknown) => void, make: () => unknown): void {
  // To define it anew, or only to look at it, would read what is there.
  ReflectDeleteProperty(globalObject, name);
  ObjectDefineProperty(globalObject, name, {
    get() {
      const value = make();
      define(name, value);
      return value;
    },
    set: (value: unknown) => define(name, value),
    configurable: true,
    enumerable: false,
  });
}
