import { briefly, tellThrown, writeToStderr } from "../fatal-exception.ts";
import { isOurs, PRINTED_MAX } from "../fatal-place.ts";
import type { GuestCore } from "../guest.ts";
import { shorten } from "../shorten.ts";

/** The exit code of a program that nothing has caught an error of. */
const THREW = 1;

/**
 * The way of an uncaught error where there is no `process` to handle it: it is printed, and the guest ends.
 *
 * @param compiledAt the symbol under which the errors of modules that cannot be compiled keep their place
 */
export function reportThrown(guest: GuestCore, error: unknown, arrow: string | undefined, compiledAt: symbol): void {
  const place = placeOf(guest, error, compiledAt) ?? arrow;
  const shown = place === undefined || place === "" || isOurs(place) ? undefined : place;
  const text = stackOf(error) ?? briefly(guest, error);
  writeToStderr(
    guest,
    `${shown === undefined ? "" : `${shorten(shown, PRINTED_MAX)}\n`}${shorten(text, PRINTED_MAX)}\n`,
  );
  tellThrown(guest, error, shown);
  guest.exit(THREW);
}

/** A promise was rejected, and nobody has handled it: the guest goes on. */
export function warnOfRejection(guest: GuestCore, reason: unknown): void {
  writeToStderr(guest, `Unhandled rejection: ${shorten(stackOf(reason) ?? briefly(guest, reason), PRINTED_MAX)}\n`);
}

function placeOf({ native }: GuestCore, error: unknown, compiledAt: symbol): string | undefined {
  if (!native.types.isNativeError(error)) return undefined;
  // A private symbol: nobody has a getter there.
  const known = (error as object as Readonly<Record<symbol, unknown>>)[compiledAt];
  return typeof known === "string" ? known : native.errors.getArrowMessage(error);
}

function stackOf(error: unknown): string | undefined {
  if (typeof error !== "object" || error === null) return undefined;
  try {
    const { stack } = error as { stack?: unknown };
    return typeof stack === "string" && stack !== "" ? stack : undefined;
  } catch {
    return undefined;
  }
}
