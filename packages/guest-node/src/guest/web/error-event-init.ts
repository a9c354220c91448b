import { briefly } from "../fatal-exception.ts";
import type { Guest } from "../guest.ts";
import { withoutPrototype } from "../past-prototypes.ts";
import { shorten } from "../shorten.ts";
import type { ErrorEventInit } from "./event-classes.ts";

/** Longest message of an `error` event. */
const MESSAGE_MAX = 4096;

/** What an `error` event tells of an error, and where it was made. */
export function errorEventInit(guest: Guest, error: unknown): ErrorEventInit {
  const { errors, types } = guest.native;
  const place = types.isNativeError(error) ? errors.getErrorSourcePositions(error) : undefined;
  const file = place?.scriptResourceName;
  return withoutPrototype({
    cancelable: true,
    message: `Uncaught ${shorten(briefly(guest, error), MESSAGE_MAX)}`,
    filename: typeof file === "string" ? file : "",
    lineno: place?.lineNumber ?? 0,
    colno: (place?.startColumn ?? -1) + 1,
    error,
  });
}
