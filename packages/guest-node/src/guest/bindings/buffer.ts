import type { Binding, Guest } from "../guest.ts";
import { dictionary } from "../past-prototypes.ts";
import { ReflectOwnKeys } from "../primordial.ts";

/** Bytes and text: the native helper's functions under Node's names. */
export function bufferBinding(guest: Guest): Binding {
  const binding = copyOf(guest.native.buffer);
  binding["setBufferPrototype"] = (prototype: object) => {
    guest.setBufferPrototype(prototype);
  };
  binding["getZeroFillToggle"] = () => undefined;
  return binding;
}

/** The functions and constants of one topic of the native helper, in an object of its own. */
export function copyOf(topic: object): Binding {
  const copy = dictionary<unknown>();
  const names = ReflectOwnKeys(topic);
  for (let index = 0; index < names.length; index++) {
    const name = names[index];
    if (typeof name === "string") copy[name] = (topic as Record<string, unknown>)[name];
  }
  return copy;
}
