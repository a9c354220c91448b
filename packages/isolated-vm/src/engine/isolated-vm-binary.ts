import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

/** The oldest isolated-vm that keeps a guest from turning a leaked handle into the host (GHSA-864f-rcv7-6rh4). */
export const OLDEST_ISOLATED_VM = "7.0.1";

export interface IsolatedVmInstallation {
  readonly version: string;
  /** Files that may be the addon for this platform, the likeliest first. */
  readonly binaries: readonly string[];
}

/**
 * Finds isolated-vm without loading it: its version, and its binaries. The host does this for its cells, so that a cell
 * needs no right to look around the filesystem.
 */
export function locateIsolatedVm(): IsolatedVmInstallation {
  const manifest = createRequire(import.meta.url).resolve("isolated-vm/package.json");
  const { version } = JSON.parse(readFileSync(manifest, "utf8")) as { readonly version?: unknown };
  return { version: String(version), binaries: binariesIn(dirname(manifest)).filter((path) => existsSync(path)) };
}

/** One compiled on this machine comes first; of the prebuilt ones, that of the C library which loads. */
function binariesIn(folder: string): string[] {
  const prebuilt = join(folder, "prebuilds", `${process.platform}-${process.arch}`);
  const name = `isolated-vm.abi${process.versions.modules}`;
  return [
    join(folder, "build", "Release", "isolated_vm.node"),
    join(prebuilt, `${name}.node`),
    join(prebuilt, `${name}.glibc.node`),
    join(prebuilt, `${name}.musl.node`),
  ];
}

/** Whether `version` is at least `oldest`; a pre-release, or anything unreadable, is not. */
export function isAtLeast(version: string, oldest: string): boolean {
  if (!/^\d+\.\d+\.\d+$/.test(version)) return false;
  const found = version.split(".").map(Number);
  const wanted = oldest.split(".").map(Number);
  for (let index = 0; index < wanted.length; index += 1) {
    const difference = (found[index] ?? 0) - (wanted[index] ?? 0);
    if (difference !== 0) return difference > 0;
  }
  return true;
}
