import { hostModulePlace } from "../es-modules/host-modules.ts";
import { moduleNotFound } from "../es-modules/module-errors.ts";
import type { ResolveModule } from "../es-modules/module-place.ts";
import type { GuestCore } from "../guest.ts";
import type { HostModules } from "../modules/host-modules.ts";

/** What a specifier means in a bare guest: a module of its host's, or nothing. */
export function resolveBare(guest: GuestCore, modules: HostModules): ResolveModule {
  return (specifier, referrer) => {
    const place = hostModulePlace(guest, modules, specifier, referrer);
    if (place !== undefined) return place;
    throw moduleNotFound(
      specifier,
      referrer,
      "a bare guest has neither files nor packages, only the modules of its host",
    );
  };
}
