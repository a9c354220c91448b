import type { HostErrorData } from "@vivarium/core";
import { defineOwn, setOwn, withoutPrototype } from "../past-prototypes.ts";
import { ObjectKeys } from "../primordial.ts";
import { withStackRoom } from "../stack-room.ts";

const constructors = {
  __proto__: null,
  Error,
  RangeError,
  ReferenceError,
  SyntaxError,
  TypeError,
  URIError,
} as const;

/** An error of this guest that says what one of the host's has said. */
export function createHostError(data: HostErrorData): Error {
  const { name, message, code, details } = withoutPrototype(data);
  const known = (constructors as Record<string, unknown>)[name] as (new (message: string) => Error) | undefined;
  const Constructor = known ?? Error;
  const error = withStackRoom(() => new Constructor(message));
  if (known === undefined && name !== "Error") defineOwn(error, "name", name);
  if (code !== undefined) setOwn(error, "code", code);
  if (details === undefined) return error;
  const keys = ObjectKeys(details);
  for (let index = 0; index < keys.length; index++) {
    const key = keys[index];
    if (key !== undefined) setOwn(error, key, details[key]);
  }
  return error;
}
