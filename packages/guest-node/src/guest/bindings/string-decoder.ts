import type { Binding, Guest } from "../guest.ts";
import { copyOf } from "./buffer.ts";

export function stringDecoderBinding(guest: Guest): Binding {
  return copyOf(guest.native.stringDecoder);
}
