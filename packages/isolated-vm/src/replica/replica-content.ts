import { serialize } from "node:v8";
import { type FsAccessRequest, type PermissionCheck, type PolicyData, policyFromData } from "@vivarium/core";
import type { ReplicaSource, ReplicaState } from "@vivarium/memfs";

/** What is larger is served by the host: a cell is ready sooner than it could be sent. */
const MOST_BYTES = 1024 * 1024;
const MOST_INODES = 2000;

interface Encoded {
  readonly version: number;
  /** Undefined where nobody may have it. */
  readonly bytes: Uint8Array | undefined;
}

/** The last that was sent, by source and policy. */
const kept: WeakMap<ReplicaSource, WeakMap<PolicyData, Encoded>> = new WeakMap();

/**
 * What a cell needs to serve a guest from a replica. Undefined where there is too much of it, where somebody has a file
 * open (it may take room that a replica knows nothing of), and where some of it is not the guest's to read: nothing is in
 * a cell that its guest would be denied.
 */
export function replicaContent(source: ReplicaSource, policy: PolicyData): Uint8Array | undefined {
  if (source.bytes > MOST_BYTES || source.inodes > MOST_INODES || source.isHeld) return undefined;
  const byPolicy = kept.get(source) ?? new WeakMap<PolicyData, Encoded>();
  kept.set(source, byPolicy);
  const known = byPolicy.get(policy);
  if (known?.version === source.version) return known.bytes;
  const { version } = source;
  const state = source.capture();
  const bytes = isReadable(state, policy) ? serialize(state) : undefined;
  byPolicy.set(policy, { version, bytes });
  return bytes;
}

/** Whether a policy allows to read everything; of a directory, what is in it says all that its name does. */
function isReadable({ snapshot: { entries } }: ReplicaState, policy: PolicyData): boolean {
  if (policy.rule === "allow") return true;
  const check: PermissionCheck<FsAccessRequest> = policyFromData(policy);
  const full = new Set(entries.map(({ parent }) => parent));
  const paths: string[] = [];
  return entries.every(({ parent, name, type }, index) => {
    const path = parent <= 0 ? `/${name}` : `${paths[parent]}/${name}`;
    paths.push(path);
    if (type === "directory") return index === 0 || full.has(index) || check({ op: "readdir", path }) === true;
    const ops = type === "symlink" ? (["stat", "readlink"] as const) : (["stat", "read", "readlink"] as const);
    return ops.every((op) => check({ op, path }) === true);
  });
}
