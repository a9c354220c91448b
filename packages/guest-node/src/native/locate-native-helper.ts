import { existsSync } from "node:fs";
import { join } from "node:path";
import { buildFolder, helperFileName, prebuildsFolder } from "./helper-file.ts";
import { NativeHelperError } from "./native-helper-error.ts";

/**
 * The absolute path of the native helper for this process: one compiled on this machine before one that shipped.
 *
 * @throws {NativeHelperError} `ERR_NATIVE_HELPER_MISSING` where neither is there
 */
export function locateNativeHelper(): string {
  const name = helperFileName();
  for (const folder of [buildFolder(), prebuildsFolder()]) {
    const file = join(folder, name);
    if (existsSync(file)) return file;
  }
  throw new NativeHelperError(
    "ERR_NATIVE_HELPER_MISSING",
    `No native helper for ${process.platform}-${process.arch}, Node ${process.version}. ` +
      "Build it with `npm rebuild @vivarium/guest-node` (or, in the repository, `npm run build:native`).",
  );
}
