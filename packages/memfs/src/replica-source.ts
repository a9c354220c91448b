import type { FileSystem } from "@vivarium/core";
import { captureSnapshot, type FileSystemSnapshot } from "./file-system-snapshot.ts";
import type { MemoryTree } from "./memory-tree.ts";

/** Everything that an equal filesystem can be made of elsewhere: plain data, fit for `structuredClone`. */
export interface ReplicaState {
  readonly name: string;
  readonly maxBytes: number;
  readonly maxInodes: number;
  readonly uid: number;
  readonly gid: number;
  readonly snapshot: FileSystemSnapshot;
}

/** A filesystem of which replicas can be made and kept up to date. */
export interface ReplicaSource {
  /** Grows with every change of a name, a content or an attribute; times of access do not count. */
  readonly version: number;
  /** Bytes and inodes that it holds, as its quota counts them. */
  readonly bytes: number;
  readonly inodes: number;
  /** Whether somebody has a file of it open, which a replica could not count as long as that one has it. */
  readonly isHeld: boolean;
  capture(): ReplicaState;
  /**
   * Has what `action` does to it at once happen at a given time, in milliseconds since the epoch: a change that is made
   * in two places is to be made at one time.
   */
  stampedAt<T>(timeMs: number, action: () => T): T;
  /** Has `listener` called after each change, at once. The answer ends that. */
  onChange(listener: () => void): () => void;
}

const sources: WeakMap<FileSystem, ReplicaSource> = new WeakMap();

/**
 * What replicas of a filesystem in memory are made of; undefined for any other filesystem, for one whose verbs the
 * embedder has replaced, and for one with a clock of its own, which a replica would not have.
 */
export function replicaSourceOf(filesystem: FileSystem): ReplicaSource | undefined {
  const source = sources.get(filesystem);
  return source !== undefined && Object.getOwnPropertyNames(filesystem).every((name) => name === "name")
    ? source
    : undefined;
}

export function offerReplicas(filesystem: FileSystem, tree: MemoryTree, options: Omit<ReplicaState, "snapshot">): void {
  const { name, maxBytes, maxInodes, uid, gid } = options;
  sources.set(filesystem, {
    get version() {
      return tree.changes.count;
    },
    get bytes() {
      return tree.quota.bytes;
    },
    get inodes() {
      return tree.quota.inodes;
    },
    get isHeld() {
      return tree.isHeld;
    },
    capture: () => ({ name, maxBytes, maxInodes, uid, gid, snapshot: captureSnapshot(tree) }),
    stampedAt: (timeMs, action) => tree.stampedAt(timeMs, action),
    onChange: (listener) => tree.changes.subscribe(listener),
  });
}
