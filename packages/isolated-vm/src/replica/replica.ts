import type { FileSystem } from "@vivarium/core";

/** A copy of the host's filesystem in a cell. */
export interface Replica {
  readonly filesystem: FileSystem;
  /** Grows with every change of it, also with those of a call that fails half-way. */
  readonly version: number;
  /** Has all that `action` does to it happen at one time, in milliseconds since the epoch. */
  stampedAt<T>(timeMs: number, action: () => T): T;
}
