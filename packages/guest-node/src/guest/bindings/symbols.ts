import type { Binding, Guest } from "../guest.ts";

export function symbolsBinding(guest: Guest): Binding {
  return guest.symbols as Binding & Readonly<Record<string, symbol>>;
}
