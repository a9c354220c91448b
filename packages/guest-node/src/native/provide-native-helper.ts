import { existsSync } from "node:fs";
import { join } from "node:path";
import { runsFromSources } from "../package-folder.ts";
import { buildNativeHelper, builtHelperFile, isBuildFresh } from "./build-native-helper.ts";
import { findCxxCompiler } from "./cxx-compiler.ts";
import { helperCandidates } from "./helper-file.ts";
import { loadFault } from "./load-fault.ts";
import { NativeHelperError } from "./native-helper-error.ts";
import { locateNodeHeaders, nodeCarrier } from "./node-headers.ts";
import { NpmPackages } from "./npm-package.ts";
import { fetchZigCompiler } from "./zig-compiler.ts";

/** Where a helper came from: it was there, or the machine's compiler or npm's has just made it. */
export type HelperOrigin = "found" | "compiled" | "compiled with zig";

export interface ProvidedHelper {
  readonly file: string;
  readonly origin: HelperOrigin;
}

/**
 * Sees to it that there is a native helper for the Node that runs this process: one that is there and loads, else one
 * compiled by this machine's compiler, else by one that npm brings for the moment. Node's headers come from npm too
 * where this Node has come without.
 *
 * In the repository a helper counts as there when it is newer than its sources.
 *
 * @param options `force`: compile in any case
 * @throws {NativeHelperError} when every road is closed: the first reason
 */
export function provideNativeHelper(options: { readonly force?: boolean } = {}): ProvidedHelper {
  const found = options.force === true ? undefined : findHelper();
  if (found !== undefined) return { file: found, origin: "found" };
  using packages = new NpmPackages();
  const compiler = attempt(findCxxCompiler);
  if (!(compiler instanceof NativeHelperError)) {
    const built = attempt(() => buildNativeHelper({ compiler, headers: provideHeaders(packages) }));
    if (!(built instanceof NativeHelperError)) return { file: built, origin: "compiled" };
    // In the repository a compiler refuses what is wrong in the sources.
    if (runsFromSources || built.code !== "ERR_NATIVE_BUILD_FAILED") throw built;
    return compileWithZig(packages, built);
  }
  return compileWithZig(packages, compiler);
}

function findHelper(): string | undefined {
  if (runsFromSources) return isBuildFresh() ? builtHelperFile() : undefined;
  return helperCandidates().find((file) => existsSync(file) && loadFault(file) === undefined);
}

function compileWithZig(packages: NpmPackages, reason: NativeHelperError): ProvidedHelper {
  try {
    const compiler = fetchZigCompiler(packages);
    const file = buildNativeHelper({ compiler, headers: provideHeaders(packages) });
    return { file, origin: "compiled with zig" };
  } catch (error) {
    if (!(error instanceof NativeHelperError)) throw error;
    throw new NativeHelperError(reason.code, `${reason.message}\nNor does a compiler from npm help: ${error.message}`);
  }
}

function provideHeaders(packages: NpmPackages): string {
  const headers = attempt(locateNodeHeaders);
  if (!(headers instanceof NativeHelperError)) return headers;
  const fetched = attempt(() => packages.fetch({ name: nodeCarrier(), version: process.versions.node }));
  if (!(fetched instanceof NativeHelperError)) return join(fetched, "include/node");
  throw new NativeHelperError(headers.code, `${headers.message}\n${fetched.message}`);
}

function attempt<Value>(make: () => Value): Value | NativeHelperError {
  try {
    return make();
  } catch (error) {
    if (error instanceof NativeHelperError) return error;
    throw error;
  }
}
