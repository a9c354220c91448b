/** Longest reason that is passed on to a guest, in characters. */
const LONGEST_REASON = 1_000;

/** What a guest is told of a reason that a check or a driver gives; undefined when it is none. */
export function guestReason(reason: unknown): string | undefined {
  return typeof reason === "string" && reason !== "" ? reason.slice(0, LONGEST_REASON) : undefined;
}
