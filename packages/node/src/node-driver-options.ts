import type { CommandExecutor, FileSystem, NetworkAdapter, OsConfig, Permissions, ProcessConfig } from "@vivarium/core";

/** Which packages of the host its guests may load. */
export interface ModuleAccess {
  /** A directory of the host, from which Node would look for them; absolute, or relative to the host's own. */
  readonly cwd: string;
}

/** What a guest's world is made of. Everything is denied until {@link permissions} allows it. */
export interface NodeDriverOptions {
  /**
   * The files that guests may see, e.g. `createInMemoryFileSystem()`.
   * @default none: a program runs, and every call of `fs` fails with a POSIX error code
   */
  readonly filesystem?: FileSystem | undefined;
  /**
   * Filesystems in directories of {@link filesystem}: `{ "/data": new NodeFileSystem({ root: "data" }) }`. See
   * `createMountedFileSystem()`. An in-memory filesystem beside mounts is served by the host, not by replicas in cells.
   * @default none
   */
  readonly mounts?: Readonly<Record<string, FileSystem>> | undefined;
  /** @default none: there is no network */
  readonly networkAdapter?: NetworkAdapter | undefined;
  /** @default none: no program can be started */
  readonly commandExecutor?: CommandExecutor | undefined;
  /** One check per domain. @default {}: everything is denied */
  readonly permissions?: Permissions | undefined;
  /** What `process` tells guests. */
  readonly processConfig?: ProcessConfig | undefined;
  /** What `os` tells guests. */
  readonly osConfig?: OsConfig | undefined;
  /**
   * Packages of the host, read-only: those that a program in the directory `cwd` of the host would find, in its `node_modules`
   * and those above it. Guests find them in `/node_modules`, and need no `fs` permission to read them.
   *
   * @default none
   */
  readonly moduleAccess?: ModuleAccess | undefined;
  /**
   * Gives guests the host's own network, as `createDefaultNetworkAdapter()` makes it, instead of a `networkAdapter`. What
   * they may use of it, `permissions.network` decides.
   *
   * @default false
   */
  readonly useDefaultNetwork?: boolean | undefined;
  /** Goes with {@link useDefaultNetwork}: ports of loopback addresses that guests may reach, where their check allows it. @default none */
  readonly loopbackExemptPorts?: readonly number[] | undefined;
}
