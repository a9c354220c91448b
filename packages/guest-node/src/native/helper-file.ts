import { existsSync } from "node:fs";
import { join } from "node:path";
import { inPackage } from "../package-folder.ts";

/** The C libraries of Linux: what is linked with one of them does not load over the other. */
export type CLibrary = "glibc" | "musl";

/** What a compiled helper fits. */
export interface HelperTarget {
  readonly platform: string;
  readonly arch: string;
  /** Of Node, which changes with V8's: `process.versions.modules`. */
  readonly abi: string;
  /** On Linux alone. */
  readonly libc?: CLibrary;
}

/** Where the sources of the helper are. */
export function sourceFolder(): string {
  return inPackage("native");
}

/** Where a helper that was compiled on this machine lies. */
export function buildFolder(): string {
  return inPackage("build/native");
}

/** Where the helpers that ship with the package lie. */
export function prebuildsFolder(): string {
  return inPackage("prebuilds");
}

/**
 * The path of a helper in either folder. The convention is prebuildify's, which isolated-vm follows too; its loader,
 * node-gyp-build, is not used: it looks around the filesystem, which a cell without rights cannot, it judges a file by
 * its name alone, and where no file fits it asks for node-gyp.
 */
export function helperFileName({ platform, arch, abi, libc }: HelperTarget): string {
  return join(`${platform}-${arch}`, `vivarium-guest.abi${abi}${libc === undefined ? "" : `.${libc}`}.node`);
}

/** What this process needs. Which C library it runs on takes 10 ms to find out: for builds, not for guests. */
export function currentTarget(): HelperTarget {
  const { platform, arch } = process;
  const target = { platform, arch, abi: process.versions.modules };
  return platform === "linux" ? { ...target, libc: currentLibc() } : target;
}

function currentLibc(): CLibrary {
  const { header } = process.report.getReport() as { readonly header?: { readonly glibcVersionRuntime?: unknown } };
  return header?.glibcVersionRuntime === undefined ? "musl" : "glibc";
}

/**
 * Where the helper of this process may be, the best first: one compiled on this machine before one that shipped. Which
 * of the C libraries is the right one shows when the file is loaded.
 */
export function helperCandidates(): readonly string[] {
  const { platform, arch } = process;
  const target = { platform, arch, abi: process.versions.modules };
  const libraries: readonly CLibrary[] = ["glibc", "musl"];
  const targets: readonly HelperTarget[] =
    platform === "linux" ? libraries.map((libc) => ({ ...target, libc })) : [target];
  return [buildFolder(), prebuildsFolder()].flatMap((folder) =>
    targets.map((each) => join(folder, helperFileName(each))),
  );
}

/** Those of the candidates that are there; each is looked for when it is asked for. */
export function presentHelpers(candidates: readonly string[] = helperCandidates()): IteratorObject<string> {
  return candidates.values().filter((file) => existsSync(file));
}
