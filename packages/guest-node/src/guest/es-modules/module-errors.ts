import { setOwn } from "../past-prototypes.ts";
import { withStackRoom } from "../stack-room.ts";

/** What whoever imports it gets for a specifier that means nothing here; `remedy` says what can be imported. */
export function moduleNotFound(specifier: string, referrer: string, remedy: string): Error {
  return coded(
    () => new Error(`Cannot find module '${specifier}' imported from ${referrer}: ${remedy}`),
    "ERR_MODULE_NOT_FOUND",
  );
}

/** An error with a code of Node's, where Node's library is not there to make it. */
export function coded(make: () => Error, code: string): Error {
  const error = withStackRoom(make);
  setOwn(error, "code", code);
  return error;
}
