import { VivariumError } from "@vivarium/core";
import { assertNativeHelper } from "@vivarium/guest-node";
import { type IsolatedVmInstallation, isAtLeast, locateIsolatedVm, OLDEST_ISOLATED_VM } from "./isolated-vm-binary.ts";

/** The lines of Node whose library guests have been run with: the oldest version of each that has what they need. */
export const OLDEST_OF_NODE_LINES: readonly string[] = ["24.20.0"];

/**
 * Makes sure that guests can run here, before any does.
 * @throws VivariumError `ERR_UNSUPPORTED_PLATFORM`, `ERR_ISOLATED_VM_VERSION`, `ERR_NATIVE_HELPER_MISSING`
 */
export function assertEngine(): IsolatedVmInstallation {
  assertNodeLine(process.versions.node);
  assertNoPermissionModel(process.permission);
  const installation = assertIsolatedVm(locateIsolatedVm);
  assertNativeHelper();
  return installation;
}

/** @throws VivariumError `ERR_UNSUPPORTED_PLATFORM` for a version of Node beside or before {@link OLDEST_OF_NODE_LINES}. */
export function assertNodeLine(version: string): void {
  const oldest = OLDEST_OF_NODE_LINES.find((each) => Number.parseInt(each, 10) === Number.parseInt(version, 10));
  if (oldest !== undefined && isAtLeast(version, oldest)) return;
  const lines = OLDEST_OF_NODE_LINES.map((each) => `Node ${Number.parseInt(each, 10)}, ${each} or newer`);
  throw new VivariumError("ERR_UNSUPPORTED_PLATFORM", { wanted: lines.join(", or "), actual: `Node ${version}` });
}

/**
 * Node's permission model hides the sources of its library, from the host as from the cells that inherit it.
 * @throws VivariumError `ERR_UNSUPPORTED_PLATFORM` in a process that has one.
 */
export function assertNoPermissionModel(permission: object | undefined): void {
  if (permission === undefined) return;
  const actual = "Node's permission model, which hides the library that guests boot";
  throw new VivariumError("ERR_UNSUPPORTED_PLATFORM", { wanted: "a process without --permission", actual });
}

/** @throws VivariumError `ERR_ISOLATED_VM_VERSION` when it is missing, too old, or has no binary for this platform. */
export function assertIsolatedVm(locate: () => IsolatedVmInstallation): IsolatedVmInstallation {
  const wanted = `version ${OLDEST_ISOLATED_VM} or newer`;
  let found: IsolatedVmInstallation;
  try {
    found = locate();
  } catch (cause) {
    throw new VivariumError("ERR_ISOLATED_VM_VERSION", { wanted, actual: undefined }, { cause });
  }
  if (!isAtLeast(found.version, OLDEST_ISOLATED_VM)) {
    throw new VivariumError("ERR_ISOLATED_VM_VERSION", { wanted, actual: found.version });
  }
  if (found.binaries.length === 0) {
    const platform = `${process.platform}-${process.arch}, ABI ${process.versions.modules}`;
    throw new VivariumError("ERR_ISOLATED_VM_VERSION", { wanted: `a binary for ${platform}`, actual: undefined });
  }
  return found;
}
