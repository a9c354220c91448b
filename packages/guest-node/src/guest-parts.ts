import { readdirSync, readFileSync } from "node:fs";
import { basename } from "node:path";
import { lateBundleId, VivariumError } from "@vivarium/core";
import { readNodeTables } from "./node-tables-file.ts";
import { inPackage } from "./package-folder.ts";

/** What a guest is made of, beside the native helper; the same for every guest of a process. */
export interface GuestParts {
  /** What loads the bundle: an expression that is a function. */
  readonly loader: string;
  /** The guest's bundle: the body of a function. */
  readonly bundle: string;
  /** What the bundle loads when it is first needed, by id: the bodies of functions. */
  readonly lateBundles: Readonly<Record<string, string>>;
  /** The bundle of guests that boot nothing of Node: the body of a function. */
  readonly bareBundle: string;
  /** The tables of Node's internals, as JSON. */
  readonly tables: string;
}

/**
 * Reads the parts that the build has made.
 *
 * @throws {VivariumError} `ERR_UNSUPPORTED_PLATFORM` when this Node does not tell its internals
 * @throws {Error} when the package has not been built
 */
export function loadGuestParts(): GuestParts {
  return {
    loader: readPart("loader"),
    bundle: readPart("guest"),
    lateBundles: readLateBundles(),
    bareBundle: readPart("bare"),
    tables: loadTables(),
  };
}

function readLateBundles(): Record<string, string> {
  const bundles: Record<string, string> = Object.create(null);
  for (const file of readdirSync(inPackage("dist/late"))) {
    const name = basename(file, ".js");
    bundles[lateBundleId(name)] = readPart(`late/${name}`);
  }
  return bundles;
}

function readPart(name: string): string {
  return readFileSync(inPackage(`dist/${name}.js`), "utf8");
}

function loadTables(): string {
  try {
    return readNodeTables();
  } catch (cause) {
    const actual = `Node ${process.versions.node} on ${process.platform}-${process.arch}`;
    const wanted =
      "a Node that tells its internals (`--expose-internals`), or one of the version that this package was built with";
    throw new VivariumError("ERR_UNSUPPORTED_PLATFORM", { wanted, actual }, { cause });
  }
}
