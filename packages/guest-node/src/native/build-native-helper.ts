import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { CxxCompiler } from "./cxx-compiler.ts";
import { buildFolder, currentTarget, helperFileName, sourceFolder } from "./helper-file.ts";
import { loadFault } from "./load-fault.ts";
import { NativeHelperError } from "./native-helper-error.ts";

/** What a build is made with. */
export interface NativeBuildOptions {
  readonly compiler: CxxCompiler;
  /** The folder with Node's headers. */
  readonly headers: string;
  /** Further arguments for the compiler. */
  readonly flags?: readonly string[];
}

/** Where {@link buildNativeHelper} puts the helper. */
export function builtHelperFile(): string {
  return join(buildFolder(), helperFileName(currentTarget()));
}

/** Whether the helper has been compiled here and is newer than every source. */
export function isBuildFresh(): boolean {
  const built = statSync(builtHelperFile(), { throwIfNoEntry: false });
  if (built === undefined) return false;
  return sources().every((name) => statSync(join(sourceFolder(), name)).mtimeMs <= built.mtimeMs);
}

/**
 * Compiles the native helper for the Node that runs this process.
 *
 * @returns its file
 * @throws {NativeHelperError} `ERR_NATIVE_BUILD_FAILED`
 */
export function buildNativeHelper(options: NativeBuildOptions): string {
  const file = builtHelperFile();
  const folder = dirname(file);
  const unit = join(folder, `all-${process.pid}.cc`);
  const output = join(folder, `unfinished-${process.pid}.node`);
  try {
    mkdirSync(folder, { recursive: true });
    // One unit for all: V8's headers cost more than every source together.
    writeFileSync(unit, includes());
    compile(options, [unit, "-o", output]);
    const fault = loadFault(output);
    if (fault !== undefined)
      refuse(`What ${options.compiler.command} made of the native helper does not load: ${fault}`);
    // In one step, so that a process that loads the helper meanwhile never finds half a file.
    renameSync(output, file);
  } catch (error) {
    if (error instanceof NativeHelperError) throw error;
    refuse(`Cannot write the native helper to ${folder}: ${error instanceof Error ? error.message : error}`);
  } finally {
    rmSync(unit, { force: true });
    rmSync(output, { force: true });
  }
  return file;
}

function sources(): readonly string[] {
  return readdirSync(sourceFolder()).filter((name) => /\.(?:cc|h)$/.test(name));
}

function includes(): string {
  return sources()
    .filter((name) => name.endsWith(".cc"))
    .map((name) => `#include "${name}"\n`)
    .join("");
}

function compile({ compiler, headers, flags = [] }: NativeBuildOptions, files: readonly string[]): void {
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
    ...flags,
    ...files,
    ...compiler.trailing,
  ];
  const result = spawnSync(compiler.command, args, {
    encoding: "utf8",
    env: { ...process.env, ...compiler.environment },
  });
  if (result.status === 0) return;
  const words = result.error?.message ?? result.stderr;
  refuse(
    `The native helper did not compile with ${compiler.command} and the headers of ${headers} ` +
      `(Node ${nodeVersionOf(headers)}):\n${words}`,
  );
}

function refuse(message: string): never {
  throw new NativeHelperError("ERR_NATIVE_BUILD_FAILED", message);
}

/** Never unloaded, though isolated-vm lets go of it with the last that has opened it: threads of the helper's own go on in it. */
function platformFlags(): readonly string[] {
  return process.platform === "darwin" ? ["-undefined", "dynamic_lookup"] : ["-Wl,-z,relro,-z,now,-z,nodelete"];
}

function nodeVersionOf(headers: string): string {
  const text = readFileSync(join(headers, "node_version.h"), "utf8");
  const number = (name: string): string => new RegExp(`#define NODE_${name}_VERSION (\\d+)`).exec(text)?.[1] ?? "?";
  return `${number("MAJOR")}.${number("MINOR")}.${number("PATCH")}`;
}
