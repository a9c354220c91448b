import type { Binding, Guest } from "../guest.ts";
import { ObjectDefineProperty } from "../primordial.ts";

export function messagingBinding(guest: Guest): Binding {
  return {
    __proto__: null,
    setDeserializerCreateObjectFunction() {},
    exposeLazyDOMExceptionProperty(target: object) {
      ObjectDefineProperty(target, "DOMException", {
        value: guest.perContext["DOMException"],
        writable: true,
        enumerable: false,
        configurable: true,
      });
    },
  };
}
