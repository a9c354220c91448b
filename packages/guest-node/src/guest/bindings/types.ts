import type { Binding, Guest } from "../guest.ts";
import { copyOf } from "./buffer.ts";

/** Brand checks; only V8 can answer them. */
export function typesBinding(guest: Guest): Binding {
  return copyOf(guest.native.types);
}
