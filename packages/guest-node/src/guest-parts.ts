import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { locateNativeHelper } from "./native/locate-native-helper.ts";

/** What a guest is made of; the same for every guest of a process. */
export interface GuestParts {
  /** The guest's bundle: an expression that is a function. */
  readonly bundle: string;
  /** The tables of Node's internals, as JSON. */
  readonly tables: string;
  /** The native helper's file. */
  readonly helperFile: string;
}

/**
 * Reads the parts that the build has made.
 *
 * @throws {Error} when the package has not been built
 */
export function loadGuestParts(): GuestParts {
  const folder = join(dirname(fileURLToPath(import.meta.url)), "../dist");
  return {
    bundle: readFileSync(join(folder, "guest.js"), "utf8"),
    tables: readFileSync(join(folder, "node-tables.json"), "utf8"),
    helperFile: locateNativeHelper(),
  };
}
