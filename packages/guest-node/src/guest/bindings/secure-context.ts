import { ObjectDefineProperty } from "../past-prototypes.ts";
import { ReflectApply, ReflectGetOwnPropertyDescriptor, ReflectOwnKeys } from "../primordial.ts";
import { SecureContextBase } from "../tls/secure-context.ts";
import type { CryptoLink } from "./crypto/crypto-link.ts";

type Method = (this: unknown, ...operands: unknown[]) => unknown;

/** The class of secure contexts, as the `crypto` binding has it: its methods are for nothing else, and say so as V8 does. */
export function secureContextClass(link: CryptoLink): new () => SecureContextBase {
  class SecureContext extends SecureContextBase {
    constructor() {
      super(link);
    }
  }
  const names = ReflectOwnKeys(SecureContextBase.prototype);
  for (let index = 0; index < names.length; index++) {
    const name = names[index] as string;
    const descriptor = ReflectGetOwnPropertyDescriptor(SecureContextBase.prototype, name);
    const method: unknown = descriptor?.value;
    if (descriptor?.get !== undefined) ObjectDefineProperty(SecureContext.prototype, name, descriptor);
    if (name !== "constructor" && typeof method === "function") define(SecureContext.prototype, name, method as Method);
  }
  return SecureContext;
}

function define(prototype: object, name: string, method: Method): void {
  const value = {
    [name](this: unknown, ...operands: unknown[]) {
      if (!SecureContextBase.is(this)) throw new TypeError("Illegal invocation");
      return ReflectApply(method, this, operands);
    },
  }[name];
  ObjectDefineProperty(prototype, name, { value, writable: true, enumerable: false, configurable: true });
}
