import type { GuestIsolate } from "@vivarium/kernel";

/** The zone that was last given to it. */
let given: string | undefined;

/**
 * Gives this process a time zone, and so every guest that has not asked for one yet: V8 knows one per process, and an
 * isolate looks it up when it first needs it. Without a zone that is known, it is UTC: never that of the machine.
 */
function setTimeZone(zone: string | undefined): void {
  if (given === (zone ?? "UTC")) return;
  given = zone ?? "UTC";
  process.env["TZ"] = zone !== undefined && isKnown(zone) ? zone : "UTC";
}

/** A guest whose process has this time zone whenever it is entered. */
export function inTimeZone(isolate: GuestIsolate, zone: string | undefined): GuestIsolate {
  return {
    ...isolate,
    enter(entry, args, budget) {
      setTimeZone(zone);
      return isolate.enter(entry, args, budget);
    },
  };
}

/** Names alone: the C library opens files for others, and reads offsets the other way round than V8. */
function isKnown(zone: string): boolean {
  if (!/^[A-Za-z][\w+-]*(?:\/[\w+-]+)*$/.test(zone)) return false;
  try {
    return new Intl.DateTimeFormat("en", { timeZone: zone }).resolvedOptions().timeZone !== "";
  } catch {
    return false;
  }
}
