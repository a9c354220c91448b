import { setTimeout as sleep } from "node:timers/promises";
import type { FsAccessRequest, PermissionCheck } from "@vivarium/core";
import { createInMemoryFileSystem, type InMemoryFileSystem, type InMemoryFileSystemOptions } from "@vivarium/memfs";
import { childrenOf } from "./children-of.ts";
import type { OpenDriver } from "./open-driver.ts";
import { useFactory } from "./shared-factory.ts";

/** Which cells have replicas. */
export type ReplicatedCells = "process" | "worker";

/** Opens a driver with this filesystem and this check of what is done there. */
export type OpenWithFiles = (
  filesystem: InMemoryFileSystem,
  check: PermissionCheck<FsAccessRequest> | undefined,
) => OpenDriver;

/** Drivers of one factory, for the tests of a suite. */
export function useReplicatedDrivers(cells: ReplicatedCells): OpenWithFiles {
  const open = useFactory({ cells, maxCells: 2, waitingCells: 1 });
  return (filesystem, check) => open({ filesystem, permissions: check === undefined ? {} : { fs: check } });
}

/** A filesystem in which the inode of `/probe` has a number that it has in no replica. */
export function probed(options: InMemoryFileSystemOptions = {}): InMemoryFileSystem {
  const filesystem = createInMemoryFileSystem(options);
  const names = Array.from({ length: 50 }, (_, index) => `/${index}`);
  for (const name of names) filesystem.writeFile(name, "");
  filesystem.writeFile("/probe", "");
  for (const name of names) filesystem.removeFile(name);
  return filesystem;
}

/** The cells of this process that are copies of a zygote. */
export const copies = (): number[] => childrenOf(process.pid).flatMap(childrenOf);

/** Runs programs until they get copies of a zygote, which alone have replicas among processes. */
export async function untilCopied(opened: OpenDriver): Promise<void> {
  for (let attempt = 0; attempt < 600; attempt += 1) {
    await opened.exec("1");
    if (copies().length > 0) break;
    await sleep(50);
  }
  await opened.exec("1");
}

/** Whether a guest is served from a replica at present. */
export async function isReplicated(opened: OpenDriver, filesystem: InMemoryFileSystem): Promise<boolean> {
  const told = await opened.output("console.log(require('fs').statSync('/probe').ino)");
  return Number(told) !== filesystem.stat("/probe").ino;
}

/** Runs programs until they get cells with replicas. */
export async function untilReplicated(
  opened: OpenDriver,
  filesystem: InMemoryFileSystem,
  cells: ReplicatedCells,
): Promise<void> {
  if (cells === "process") await untilCopied(opened);
  for (let attempt = 0; attempt < 100; attempt += 1) if (await isReplicated(opened, filesystem)) return;
  throw new Error("No cell has a replica");
}
