import { errnoCodeOfError } from "@vivarium/core";
import type { Attempt } from "../attempt.ts";
import { AbandonedError, type Steps } from "../maybe-async.ts";
import { CallFailure } from "../system-calls/call-failure.ts";
import type { HostHandlers } from "../system-calls/host-handlers.ts";
import type { PackageCode } from "./package-code.ts";
import type { PackageFileSystem } from "./package-file-system.ts";
import { encodePackages } from "./package-wire.ts";

/** Bytes of all keys that a cell wants code for at a time, with what parts them. */
const WANTED_BYTES = 2 * 1024 * 1024;
/** Such keys: a run tells of no more. */
export const MOST_WANTED = 5_000;
const PARTING = 0;

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
    *"packages.directories"(attempt, path) {
      try {
        yield* inSlices(attempt, given().prepare(path));
        return encodePackages(given().directories(path));
      } catch (error) {
        if (error instanceof CallFailure || error instanceof AbandonedError) throw error;
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
      if (code === undefined || input.byteLength > WANTED_BYTES) throw new CallFailure("EINVAL");
      if (countOf(PARTING, input) >= MOST_WANTED) throw new CallFailure("EINVAL");
      const files = given();
      // An honest cell has read what it wants code for, so that the host knows the file.
      code.want(
        decoder
          .decode(input)
          .split("\0")
          .filter((key) => files.isKnownFile(key.slice(1))),
      );
      return undefined;
    },
    // biome-ignore-end lint/correctness/useYield: see above
  };
}

const decoder = new TextDecoder();

/** Takes the steps of a walk, and lets the host do other things between them. */
function* inSlices(attempt: Attempt, walk: Generator<undefined, void>): Steps<void> {
  // Whoever ends this early ends the walk, which holds a directory open.
  for (const _ of walk) yield* attempt.breathe();
}

function countOf(wanted: number, bytes: Uint8Array): number {
  let count = 0;
  for (const byte of bytes) if (byte === wanted) count += 1;
  return count;
}
