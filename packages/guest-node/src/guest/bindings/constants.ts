import type { Binding, Guest } from "../guest.ts";
import { dictionary, ObjectDefineProperty } from "../past-prototypes.ts";
import { ObjectKeys, StringPrototypeStartsWith } from "../primordial.ts";

export function constantsBinding(guest: Guest): Binding {
  return constantsOf(guest.tables.constants as Record<string, unknown>);
}

/** Numbers of a binding that cannot be changed. Names with one of the beginnings are the library's own: no program is shown them. */
export function fixedConstants(table: Readonly<Record<string, number>>, hidden: readonly string[] = []): Binding {
  const copy = dictionary<unknown>();
  const keys = ObjectKeys(table);
  for (let index = 0; index < keys.length; index++) {
    const key = keys[index] as string;
    let enumerable = true;
    for (let at = 0; at < hidden.length; at++)
      if (StringPrototypeStartsWith(key, hidden[at] as string)) enumerable = false;
    ObjectDefineProperty(copy, key, { value: table[key], enumerable });
  }
  return copy;
}

/** Groups can be replaced and added to, constants neither changed nor taken away: as Node's. */
function constantsOf(table: Readonly<Record<string, unknown>>): Binding {
  const copy = dictionary<unknown>();
  const keys = ObjectKeys(table);
  for (let index = 0; index < keys.length; index++) {
    const key = keys[index] as string;
    const value = table[key];
    if (typeof value === "object" && value !== null) copy[key] = constantsOf(value as Record<string, unknown>);
    // The tables are JSON, which writes the one infinite constant so (`Z_MAX_CHUNK`).
    else ObjectDefineProperty(copy, key, { value: value === null ? Infinity : value, enumerable: true });
  }
  return copy;
}
