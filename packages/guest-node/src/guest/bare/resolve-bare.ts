import type { NativeHelper } from "../../native/native-helper.ts";
import { hostModulePlace, type ResolveHostModule } from "../es-modules/host-modules.ts";
import { moduleNotFound } from "../es-modules/module-errors.ts";
import type { ResolveModule } from "../es-modules/module-place.ts";

/** What a specifier means in a bare guest: a module of its host's, or nothing. */
export function resolveBare(native: NativeHelper, resolveHostModule: ResolveHostModule): ResolveModule {
  return (specifier, referrer) => {
    const place = hostModulePlace(native, resolveHostModule, specifier);
    if (place !== undefined) return place;
    throw moduleNotFound(
      specifier,
      referrer,
      "a bare guest has neither files nor packages, only the modules of its host",
    );
  };
}
