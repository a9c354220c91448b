import type { FileStat, FileSystem, FsAccessRequest, FsOperation, PermissionCheck } from "@vivarium/core";
import type { Attempt } from "../attempt.ts";
import type { Devices } from "../devices/devices.ts";
import type { Steps } from "../maybe-async.ts";
import { CallFailure } from "../system-calls/call-failure.ts";
import type { OnDiagnostic } from "../system-calls/report-fault.ts";
import { CheckedDriver } from "./checked-driver.ts";
import type { DescriptorTable } from "./descriptor-table.ts";
import { FsGate } from "./fs-gate.ts";
import { Listings } from "./listings.ts";
import { reachNow } from "./reach-now.ts";
import { resolvePath, type Target } from "./resolve-path.ts";
import { packStat } from "./stat-record.ts";

export interface GuardedFileSystemOptions {
  readonly filesystem: FileSystem;
  readonly check: PermissionCheck<FsAccessRequest> | undefined;
  readonly cwd: string;
  readonly descriptors: DescriptorTable;
  readonly devices: Devices;
  /** No later time of a file is told: one would show how far a clock has gone that is frozen. @default all are */
  readonly latestTimeMs?: number | undefined;
  readonly onDiagnostic: OnDiagnostic;
}

/** One path of a system call, and what the check has to allow for it. */
export interface Wish {
  readonly path: string;
  readonly follow: boolean;
  /** What the check is asked, also when the path cannot be resolved. */
  readonly op: FsOperation;
  /** What it is asked instead once the target is known. */
  readonly ops?: (target: Target) => readonly FsOperation[];
}

/** A path that keeps changing under the check is given up after so many looks. */
const LOOKS_MAX = 4;
const DEFAULT_UMASK = 0o022;

/**
 * A filesystem behind a permission check, as one guest sees it. The order is always: resolve, check what was resolved,
 * then act on exactly that. Where anything had to wait in between, it is resolved again and must have stayed the same.
 */
export class GuardedFileSystem {
  readonly driver: CheckedDriver;
  readonly gate: FsGate;
  readonly devices: Devices;
  readonly descriptors: DescriptorTable;
  readonly listings: Listings = new Listings();
  cwd: string;
  umask: number = DEFAULT_UMASK;
  readonly #latestTimeMs: number | undefined;
  /** True once the guest is gone: what a driver still opens for it is closed at once. */
  closed = false;

  constructor(options: GuardedFileSystemOptions) {
    this.driver = new CheckedDriver(options.filesystem, options.onDiagnostic);
    this.devices = options.devices;
    this.gate = new FsGate(options.check, options.onDiagnostic);
    this.descriptors = options.descriptors;
    this.cwd = options.cwd;
    this.#latestTimeMs = options.latestTimeMs;
  }

  /** What the guest is told of a file, in a record of its own or a given one. */
  told(stat: FileStat, record?: Float64Array): Float64Array {
    return packStat(stat, this.#latestTimeMs, record);
  }

  /** Resolves one path and has it checked. */
  *reach(attempt: Attempt, wish: Wish): Steps<Target> {
    const now = reachNow(this, attempt, wish);
    if (now !== undefined) return now;
    const [target] = yield* this.reachAll(attempt, [wish]);
    if (target === undefined) throw new CallFailure("EIO");
    return target;
  }

  /** Resolves the paths of one call and has them checked; `further` asks what depends on several of them. */
  *reachAll(
    attempt: Attempt,
    wishes: readonly Wish[],
    further?: (targets: readonly Target[]) => Steps<void>,
  ): Steps<readonly Target[]> {
    if (this.gate.shut) throw new CallFailure("EACCES");
    for (let look = 0; look < LOOKS_MAX; look += 1) {
      attempt.waited = false;
      const targets = yield* this.#resolveAll(attempt, wishes, true);
      if (this.gate.open) return targets;
      yield* this.#demandAll(attempt, wishes, targets);
      if (further !== undefined) yield* further(targets);
      if (!attempt.waited) return targets;
      const again = yield* this.#resolveAll(attempt, wishes, false);
      if (areSame(targets, again)) return again;
    }
    throw new CallFailure("EBUSY", "the path changed while it was being checked");
  }

  *#resolveAll(attempt: Attempt, wishes: readonly Wish[], guarded: boolean): Steps<readonly Target[]> {
    const targets: Target[] = [];
    for (const { path, follow, op } of wishes) {
      const request = { cwd: this.cwd, path, follow, op, guarded };
      targets.push(yield* resolvePath(this.driver, this.gate, attempt, request));
    }
    return targets;
  }

  *#demandAll(attempt: Attempt, wishes: readonly Wish[], targets: readonly Target[]): Steps<void> {
    for (const [index, wish] of wishes.entries()) {
      const target = targets[index];
      if (target === undefined) throw new CallFailure("EIO");
      if (wish.ops === undefined) yield* this.gate.demand(attempt, wish.op, target.path);
      else for (const op of wish.ops(target)) yield* this.gate.demand(attempt, op, target.path);
    }
  }
}

/** The same places, and each of the same kind as before. */
function areSame(before: readonly Target[], after: readonly Target[]): boolean {
  return before.every((target, index) => {
    const other = after[index];
    return other !== undefined && other.path === target.path && other.stat?.type === target.stat?.type;
  });
}
