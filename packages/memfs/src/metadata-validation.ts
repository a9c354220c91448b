import { createFileSystemError } from "@vivarium/core";

/** What was asked for, as an error tells it. */
export interface MetadataRequest {
  readonly syscall: string;
  readonly path: string;
}

/** Bits beyond those of permissions are left out later: a mode as `stat` of Node tells it will do. @throws `EINVAL` */
export function assertMode(mode: number, request: MetadataRequest): void {
  assertThat(Number.isSafeInteger(mode) && mode >= 0, request, "a mode is an integer of at least 0");
}

/** @throws `EINVAL` */
export function assertOwner(id: number, request: MetadataRequest): void {
  assertThat(Number.isSafeInteger(id) && id >= -1, request, "an owner is an integer of at least 0, or -1");
}

/** @throws `EINVAL` */
export function assertTime(ms: number, request: MetadataRequest): void {
  assertThat(Number.isFinite(ms), request, "times are finite");
}

function assertThat(holds: boolean, request: MetadataRequest, reason: string): void {
  if (!holds) throw createFileSystemError("EINVAL", { ...request, reason });
}
