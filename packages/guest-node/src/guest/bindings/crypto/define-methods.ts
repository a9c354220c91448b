import { defineOwn } from "../../past-prototypes.ts";
import type { CryptoLink } from "./crypto-link.ts";

/** Gives a class methods that are the kernel's. */
export function defineMethods(link: CryptoLink, prototype: object, names: readonly string[]): void {
  for (let index = 0; index < names.length; index++) {
    const name = names[index] as string;
    const { method } = {
      method(this: object, ...operands: unknown[]): unknown {
        return link.call(this, name, operands);
      },
    };
    defineOwn(method, "name", name);
    defineOwn(prototype, name, method);
  }
}
