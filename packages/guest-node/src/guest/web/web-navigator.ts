import { ObjectDefineProperty } from "../past-prototypes.ts";
import { ObjectCreate } from "../primordial.ts";

/** As WinterTC asks: one token, without a version. */
const USER_AGENT = "Vivarium";

export function webNavigator(): object {
  const prototype = ObjectCreate(Object.prototype);
  ObjectDefineProperty(prototype, "userAgent", { get: () => USER_AGENT, enumerable: true, configurable: true });
  ObjectDefineProperty(prototype, Symbol.toStringTag, { value: "Navigator", configurable: true });
  return ObjectCreate(prototype);
}
