import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type CxxCompiler, findCxxCompiler } from "./cxx-compiler.ts";
import { buildFolder, helperFileName, sourceFolder } from "./helper-file.ts";
import { NativeHelperError } from "./native-helper-error.ts";
import { locateNodeHeaders } from "./node-headers.ts";

/** What a build did. */
export interface NativeBuild {
  readonly file: string;
  /** False when the file was newer than every source. */
  readonly compiled: boolean;
}

/**
 * Compiles the native helper for the Node that runs this process, unless what lies there is newer than its sources.
 *
 * @param options `force`: compile in any case; `flags`: further arguments for the compiler; `name`: another file name
 * @throws {NativeHelperError} when headers or compiler are missing, or the compiler refuses
 */
export function buildNativeHelper(
  options: { readonly force?: boolean; readonly flags?: readonly string[]; readonly name?: string } = {},
): NativeBuild {
  const folder = buildFolder();
  const file = join(folder, options.name ?? helperFileName());
  const sources = readdirSync(sourceFolder()).filter((name) => /\.(?:cc|h)$/.test(name));
  if (options.force !== true && isFresh(file, sources)) return { file, compiled: false };
  mkdirSync(folder, { recursive: true });
  const unit = join(folder, `all-${process.pid}.cc`);
  // One unit for all: V8's headers cost more than every source together.
  writeFileSync(
    unit,
    sources
      .filter((name) => name.endsWith(".cc"))
      .map((name) => `#include "${name}"\n`)
      .join(""),
  );
  const output = join(folder, `unfinished-${process.pid}.node`);
  try {
    compile(findCxxCompiler(), locateNodeHeaders(), [...(options.flags ?? []), unit, "-o", output]);
    // In one step, so that a process that loads the helper meanwhile never finds half a file.
    renameSync(output, file);
  } finally {
    rmSync(unit, { force: true });
    rmSync(output, { force: true });
  }
  return { file, compiled: true };
}

function isFresh(file: string, sources: readonly string[]): boolean {
  const built = statSync(file, { throwIfNoEntry: false });
  if (built === undefined) return false;
  return sources.every((name) => statSync(join(sourceFolder(), name)).mtimeMs <= built.mtimeMs);
}

function compile(compiler: CxxCompiler, headers: string, files: readonly string[]): void {
  const args = [
    ...compiler.leading,
    "-std=c++20",
    "-O2",
    "-fPIC",
    "-shared",
    "-fno-exceptions",
    "-fno-rtti",
    "-fvisibility=hidden",
    "-fstack-protector-strong",
    "-Wall",
    "-Wextra",
    "-Wno-unused-parameter",
    ...platformFlags(),
    `-I${sourceFolder()}`,
    "-isystem",
    headers,
    ...files,
    ...compiler.trailing,
  ];
  const result = spawnSync(compiler.command, args, { encoding: "utf8" });
  if (result.status === 0) return;
  const words = result.error?.message ?? result.stderr;
  throw new NativeHelperError(
    "ERR_NATIVE_BUILD_FAILED",
    `The native helper did not compile with ${compiler.command} and the headers of ${headers} ` +
      `(Node ${nodeVersionOf(headers)}):\n${words}`,
  );
}

function platformFlags(): readonly string[] {
  return process.platform === "darwin" ? ["-undefined", "dynamic_lookup"] : ["-Wl,-z,relro,-z,now"];
}

function nodeVersionOf(headers: string): string {
  const text = readFileSync(join(headers, "node_version.h"), "utf8");
  const number = (name: string): string => new RegExp(`#define NODE_${name}_VERSION (\\d+)`).exec(text)?.[1] ?? "?";
  return `${number("MAJOR")}.${number("MINOR")}.${number("PATCH")}`;
}
