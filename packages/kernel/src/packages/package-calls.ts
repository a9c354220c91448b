import { errnoCodeOfError } from "@vivarium/core";
import { CallFailure } from "../system-calls/call-failure.ts";
import type { HostHandlers } from "../system-calls/host-handlers.ts";
import type { PackageCode } from "./package-code.ts";
import type { PackageFileSystem } from "./package-file-system.ts";
import { encodePackages } from "./package-wire.ts";

/** Characters of all keys that a cell wants code for. */
const MOST_WANTED = 2 * 1024 * 1024;

type PackageCalls = Pick<
  HostHandlers,
  "packages.directories" | "packages.code" | "packages.codes" | "packages.wantCode"
>;

/** What a cell asks to serve packages by itself. To have been given them is the permission. */
export function createPackageCalls(
  packages: PackageFileSystem | undefined,
  code: PackageCode | undefined,
): PackageCalls {
  const given = (): PackageFileSystem => {
    if (packages === undefined) throw new CallFailure("ENOSYS");
    return packages;
  };
  return {
    // biome-ignore-start lint/correctness/useYield: every handler is a computation, whether or not it waits
    *"packages.directories"(_attempt, path) {
      try {
        return encodePackages(given().directories(path));
      } catch (error) {
        if (error instanceof CallFailure) throw error;
        throw new CallFailure(errnoCodeOfError(error) ?? "EIO");
      }
    },
    // A cell that has some answers by itself.
    *"packages.code"() {
      return new Uint8Array(0);
    },
    *"packages.codes"(_attempt, path) {
      if (code === undefined) throw new CallFailure("ENOSYS");
      return code.near(path);
    },
    *"packages.wantCode"(_attempt, input) {
      if (code === undefined || input.byteLength > MOST_WANTED) throw new CallFailure("EINVAL");
      code.want(new TextDecoder().decode(input).split("\0"));
      return undefined;
    },
    // biome-ignore-end lint/correctness/useYield: see above
  };
}
