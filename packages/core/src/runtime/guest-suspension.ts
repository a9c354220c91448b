import { VivariumError } from "../errors/vivarium-error.ts";
import type { GuestLife } from "./guest-life.ts";

/** @throws VivariumError `ERR_UNSUPPORTED_CAPABILITY` for a guest that cannot be stopped alone */
export function suspend({ loaded }: GuestLife, isSuspended: boolean): void {
  if (loaded.suspend?.(isSuspended) === true) return;
  throw new VivariumError("ERR_UNSUPPORTED_CAPABILITY", {
    driver: "its driver",
    capability: "a guest that is stopped and goes on",
    alternative: 'set "cells" to "process", and "isolation" to "runtime" or "run"',
  });
}
