/**
 * Gives this process a time zone, and so every guest that has not asked for one yet: V8 knows one per process, and an
 * isolate looks it up when it first needs it. Without a zone that is known, it is UTC: never that of the machine.
 */
export function setTimeZone(zone: string | undefined): void {
  process.env["TZ"] = zone !== undefined && isKnown(zone) ? zone : "UTC";
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
