import { existsSync } from "node:fs";
import { join } from "node:path";
import { VivariumError } from "@vivarium/core";
import { buildFolder, helperFileName, prebuildsFolder } from "./helper-file.ts";

/**
 * The absolute path of the native helper for this process: one compiled on this machine before one that shipped.
 *
 * @throws {VivariumError} `ERR_NATIVE_HELPER_MISSING` where neither is there
 */
export function locateNativeHelper(): string {
  const name = helperFileName();
  for (const folder of [buildFolder(), prebuildsFolder()]) {
    const file = join(folder, name);
    if (existsSync(file)) return file;
  }
  throw new VivariumError("ERR_NATIVE_HELPER_MISSING", {
    problem:
      `there is none for ${process.platform}-${process.arch} and Node ${process.version} in ${buildFolder()} or ${prebuildsFolder()}; ` +
      "build it with `npm run build:native` (needs a C++ compiler)",
  });
}
