import type { Binding, Guest } from "../guest.ts";
import { dictionary } from "../past-prototypes.ts";
import { ObjectKeys } from "../primordial.ts";

export function constantsBinding(guest: Guest): Binding {
  return withoutPrototype(guest.tables.constants) as Binding;
}

function withoutPrototype(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  const copy = dictionary<unknown>();
  const keys = ObjectKeys(value);
  for (let index = 0; index < keys.length; index++) {
    const key = keys[index];
    if (key !== undefined) copy[key] = withoutPrototype((value as Record<string, unknown>)[key]);
  }
  return copy;
}
