import type { Guest } from "./guest.ts";
import { setOwn } from "./past-prototypes.ts";
import { NumberIsInteger } from "./primordial.ts";

/** With `--stack-trace-limit`: how many frames an error has, until the program says otherwise. */
export function limitStackTraces(guest: Guest): void {
  const limit = guest.options()["--stack-trace-limit"];
  if (NumberIsInteger(limit)) setOwn(Error, "stackTraceLimit", limit);
}
