import type { Binding, Guest } from "../guest.ts";

/** The key that guards the constructor of `Storage`; the class itself is declared to be missing. */
export function webstorageBinding(guest: Guest): Binding {
  return { __proto__: null, kConstructorKey: guest.symbols["constructor_key_symbol"] };
}
