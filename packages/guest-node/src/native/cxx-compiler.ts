import { spawnSync } from "node:child_process";
import { NativeHelperError } from "./native-helper-error.ts";

/** A compiler and the arguments that always come first. */
export interface CxxCompiler {
  readonly command: string;
  readonly leading: readonly string[];
  /** Arguments that come last: the libraries of the compilers that need to be told. */
  readonly trailing: readonly string[];
  /** Added to the environment that it runs in. */
  readonly environment?: Readonly<Record<string, string>>;
}

/**
 * The C++ compiler of this machine: `CXX`, else one of the usual names.
 *
 * @throws {NativeHelperError} `ERR_NATIVE_COMPILER_MISSING`
 */
export function findCxxCompiler(): CxxCompiler {
  const named = process.env["CXX"]?.trim().split(/\s+/) ?? [];
  if (named[0] !== undefined && named[0] !== "") return { command: named[0], leading: named.slice(1), trailing: [] };
  for (const command of ["g++", "clang++", "c++"]) {
    if (spawnSync(command, ["--version"], { stdio: "ignore" }).status === 0) {
      return { command, leading: [], trailing: [] };
    }
  }
  throw new NativeHelperError(
    "ERR_NATIVE_COMPILER_MISSING",
    `No C++ compiler to build the native helper with: ${compilerRemedy()}.`,
  );
}

/** What a person does about it, as a clause. */
export function compilerRemedy(): string {
  const remedy =
    process.platform === "darwin"
      ? "run `xcode-select --install`"
      : "install g++ or clang++ (`apt-get install g++`, `dnf install gcc-c++`, `apk add g++`)";
  return `${remedy}, or name a compiler in the environment variable CXX`;
}
