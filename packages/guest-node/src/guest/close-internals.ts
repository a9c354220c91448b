import type { Guest } from "./guest.ts";

/** A program has no way to a binding, unless it was started to test Node itself. */
export function closeInternals(guest: Guest): void {
  if (guest.options()["--expose-internals"] === true) return;
  const { process } = guest;
  const denied = (name: string) =>
    guest.errors.coded("Error", "ERR_ACCESS_DENIED", `Access to this API has been restricted: process.${name}`);
  const closed = {
    binding() {
      throw denied("binding");
    },
    _linkedBinding() {
      throw denied("_linkedBinding");
    },
  };
  process["binding"] = closed.binding;
  process["_linkedBinding"] = closed._linkedBinding;
}
