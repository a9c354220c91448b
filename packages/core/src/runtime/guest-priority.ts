import { VivariumError } from "../errors/vivarium-error.ts";
import type { GuestLife } from "./guest-life.ts";

/** The greatest nice value: whatever else there is to do goes before. */
export const LEAST_URGENT = 19;

/** @throws VivariumError `ERR_INVALID_OPTION` */
export function assertNiceness(niceness: number): void {
  if (Number.isInteger(niceness) && niceness >= 0 && niceness <= LEAST_URGENT) return;
  const wanted = `an integer from 0 to ${LEAST_URGENT}`;
  throw new VivariumError("ERR_INVALID_OPTION", { option: "niceness", wanted, actual: niceness });
}

/** @throws VivariumError `ERR_UNSUPPORTED_CAPABILITY` for a guest that has no priority of its own */
export function lowerPriority({ loaded }: GuestLife, niceness: number): void {
  if (loaded.lowerPriority?.(niceness) === true) return;
  throw new VivariumError("ERR_UNSUPPORTED_CAPABILITY", {
    driver: "its driver",
    capability: "a priority of this guest's own",
    alternative: 'set "cells" to "process", and "isolation" to "runtime" or "run"',
  });
}
