import { errnoCodeOfError } from "@vivarium/core";
import { CallFailure } from "../system-calls/call-failure.ts";
import type { HostHandlers } from "../system-calls/host-handlers.ts";
import type { PackageFileSystem } from "./package-file-system.ts";
import { encodePackages } from "./package-wire.ts";

/** What a cell asks to serve packages by itself. To have been given them is the permission. */
export function createPackageCalls(
  packages: PackageFileSystem | undefined,
): Pick<HostHandlers, "packages.directories"> {
  return {
    // biome-ignore lint/correctness/useYield: every handler is a computation, whether or not it waits
    *"packages.directories"(_attempt, path) {
      if (packages === undefined) throw new CallFailure("ENOSYS");
      try {
        return encodePackages(packages.directories(path));
      } catch (error) {
        throw new CallFailure(errnoCodeOfError(error) ?? "EIO");
      }
    },
  };
}
