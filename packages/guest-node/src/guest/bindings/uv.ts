import type { Binding, Guest } from "../guest.ts";
import { ObjectDefineProperty } from "../past-prototypes.ts";
import { MapPrototypeSet } from "../primordial.ts";

export function uvBinding(guest: Guest): Binding {
  const binding: Binding = {
    __proto__: null,
    errname: (errno: number) => guest.errors.name(errno),
    getErrorMessage: (errno: number) => guest.errors.message(errno),
    getErrorMap() {
      const map = new Map<number, readonly [string, string]>();
      const { uvErrors } = guest.tables;
      for (let index = 0; index < uvErrors.length; index++) {
        const entry = uvErrors[index];
        if (entry !== undefined) MapPrototypeSet(map, entry.errno, [entry.name, entry.message] as const);
      }
      return map;
    },
  };
  const { uvErrors } = guest.tables;
  for (let index = 0; index < uvErrors.length; index++) {
    const entry = uvErrors[index];
    if (entry !== undefined) define(binding, `UV_${entry.name}`, entry.errno);
  }
  return binding;
}

function define(binding: Binding, name: string, value: number): void {
  ObjectDefineProperty(binding, name, { value, enumerable: true, writable: false, configurable: false });
}
