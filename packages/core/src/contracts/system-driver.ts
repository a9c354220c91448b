import type { Permissions } from "../permissions/permissions.ts";
import type { CommandExecutor } from "./command-executor.ts";
import type { FileSystem } from "./file-system.ts";
import type { NetworkAdapter } from "./network-adapter.ts";
import type { PackageTree } from "./package-tree.ts";

/** What `process` tells a guest. Nothing of the host's own process shows through. */
export interface ProcessConfig {
  /**
   * Variables that exist; the `env` check decides which of them the guest sees. `TZ` is the time zone of a guest in a
   * process cell, UTC without it. An inline cell has the zone and the locale of the host: V8 knows one per process.
   *
   * @default {}
   */
  readonly env?: Readonly<Record<string, string>>;
  /** A directory of the filesystem, which has to exist when a program is run. @default "/" */
  readonly cwd?: string;
  /** `process.argv` from index 2 on. @default [] */
  readonly argv?: readonly string[];
  /** @default "/usr/local/bin/node" */
  readonly execPath?: string;
  /** @default what `osConfig` says, else "linux" */
  readonly platform?: string;
  /** @default what `osConfig` says, else "x64" */
  readonly arch?: string;
  /** `process.version`, as `v24.1.0`; `process.versions.node` follows it. @default the host's Node version */
  readonly version?: string;
  /** @default 1 */
  readonly pid?: number;
  /** @default 0 */
  readonly ppid?: number;
  /** @default 1000 */
  readonly uid?: number;
  /** @default 1000 */
  readonly gid?: number;
  /** What the guest reads from standard input. @default "" */
  readonly stdin?: string | Uint8Array;
  /** @default false */
  readonly stdinIsTTY?: boolean;
  /** @default false */
  readonly stdoutIsTTY?: boolean;
  /** @default false */
  readonly stderrIsTTY?: boolean;
  /** Columns of the terminal. @default 80 */
  readonly cols?: number;
  /** Rows of the terminal. @default 24 */
  readonly rows?: number;
  /**
   * `freeze`: every clock of the guest stands still within a run: the time of day at `frozenTimeMs`, what counts from the
   * start of the run at 0, from where only the guest's own sleeping moves it on. There is no `SharedArrayBuffer` then.
   * A time of a file that is later than that, or than the start of the run, is told as the earlier of the two. The
   * filesystem has the real ones: where what another run is told of them matters, give it a clock that stands.
   * @default "off"
   */
  readonly timingMitigation?: "off" | "freeze";
  /** Only with `freeze`: milliseconds since the epoch, as a `Date` can say: -8.64e15 to 8.64e15. @default the time at the start of the run */
  readonly frozenTimeMs?: number;
}

/** What `os` tells a guest. */
export interface OsConfig {
  /** Node's `os.platform()` is `process.platform`: {@link ProcessConfig} wins where both speak. @default "linux" */
  readonly platform?: string;
  /** Node's `os.arch()` is `process.arch`: {@link ProcessConfig} wins where both speak. @default "x64" */
  readonly arch?: string;
  /** @default "Linux" */
  readonly type?: string;
  /** @default "6.0.0" */
  readonly release?: string;
  /** @default "#1" */
  readonly version?: string;
  /** @default "/home/user" */
  readonly homedir?: string;
  /** @default "/tmp" */
  readonly tmpdir?: string;
  /** @default "sandbox" */
  readonly hostname?: string;
}

/** What the host supplies to a guest. What is absent does not exist; what exists is denied until `permissions` allows it. */
export interface SystemDriver {
  readonly filesystem?: FileSystem;
  /** Lie over {@link filesystem}; to be readable they need no permission. */
  readonly packages?: PackageTree;
  readonly network?: NetworkAdapter;
  readonly commands?: CommandExecutor;
  readonly permissions: Permissions;
  readonly processConfig: ProcessConfig;
  readonly osConfig: OsConfig;
}
