import { setImmediate as nextTurn, setTimeout as sleep } from "node:timers/promises";
import { isPromiseLike, type MaybePromise, policyOf, type SystemCallScalar, type SystemDriver } from "@vivarium/core";
import type { CallAnswer, HostCallName, HostCalls } from "@vivarium/kernel";
import { type ReplicaSource, replicaSourceOf } from "@vivarium/memfs";
import type { FilePosition } from "../channel/cell-message.ts";
import { WireError } from "../channel/protocol.ts";
import { isOutput } from "../split-output.ts";
import type { CellReplica } from "./cell-replica.ts";
import { type FileCall, isChange } from "./repeated-calls.ts";
import { replicaContent } from "./replica-content.ts";
import { type SharedFileSystem, sharedFileSystemOf } from "./shared-file-system.ts";

/** How far the clocks of two processes may be apart, in milliseconds: a system may read its clock no oftener. */
const AHEAD_MS = 20;

/**
 * A cell gives its replica back with its next call on files, and looks before each change whether it has to. So when
 * nothing has come of it in so many looks, it is busy with something else, and what it had under way has arrived. They
 * are counted, not timed: a host that was busy itself has not listened.
 */
const SILENT_LOOKS = 10;
const LOOK_MS = 5;
/** A cell that is heard of changes in more looks than this after it was told to make none is not honest. */
const MOST_LOOKS = 400;

/** A cell, as far as it can serve files. */
export interface ReplicaCell {
  /** Whether it can have a replica at all. */
  readonly hasReplicas: boolean;
  /** The replica that it has from its last run, and how far that goes. */
  replica: { readonly source: ReplicaSource; readonly version: number } | undefined;
  /** Tells it that the host serves all calls on files from here on. */
  withdrawReplica(): void;
}

/** Who serves one run's files: the host, or the run's cell from a replica, whose changes the host repeats. */
export class FileAccess {
  readonly #hostCalls: HostCalls;
  readonly #systemDriver: SystemDriver;
  readonly #source: ReplicaSource | undefined;
  readonly #shared: SharedFileSystem | undefined;
  #released: PromiseWithResolvers<void> = Promise.withResolvers();
  readonly #pending: Set<PromiseLike<unknown>> = new Set();
  #cell: ReplicaCell | undefined;
  #isWithdrawn = false;
  #isRepeating = false;
  #lentAt = 0;
  /** Changes that have been repeated. */
  #heard = 0;
  /** As many as there were when it had been silent for a while, since the replica was taken back. */
  #heardBySilence: number | undefined;
  /** Looks at the cell since the replica was taken back. */
  #looks = 0;
  #stopWatching: (() => void) | undefined;

  constructor(hostCalls: HostCalls, systemDriver: SystemDriver) {
    this.#hostCalls = hostCalls;
    this.#systemDriver = systemDriver;
    const { filesystem } = systemDriver;
    this.#source = filesystem === undefined ? undefined : replicaSourceOf(filesystem);
    this.#shared = this.#source === undefined ? undefined : sharedFileSystemOf(this.#source);
    this.#shared?.enter(this);
  }

  /** Whether a cell serves the files at present. */
  get isLent(): boolean {
    return this.#cell !== undefined;
  }

  /** Settles when no cell serves them any more. */
  get released(): Promise<void> {
    return this.#released.promise;
  }

  /** What a cell is told about the files of the run that it is given. */
  lendTo(cell: ReplicaCell): CellReplica {
    const { permissions, filesystem } = this.#systemDriver;
    const policy = policyOf(permissions.fs);
    if (!cell.hasReplicas || (policy === undefined && permissions.fs !== undefined)) return { kind: "none" };
    if (filesystem === undefined || policy === undefined) {
      this.#cell = cell;
      return { kind: "empty", policy };
    }
    const source = this.#source;
    const held = cell.replica;
    cell.replica = undefined;
    if (source === undefined) return { kind: "none" };
    const state = replicaContent(source, policy);
    if (state === undefined || this.#shared?.lend(this) !== true) return { kind: "none" };
    this.#cell = cell;
    this.#lentAt = Date.now();
    this.#looks = 0;
    this.#heardBySilence = undefined;
    // The cell that it was lent to before may have ended before its guest was entered.
    this.#isWithdrawn = false;
    this.#released = Promise.withResolvers();
    this.#stopWatching = source.onChange(() => {
      if (!this.#isRepeating) this.withdraw();
    });
    return held?.source === source && held.version === source.version
      ? { kind: "keep", policy }
      : { kind: "load", policy, state };
  }

  /** The cell is to serve them no more: it says so when it has heard of it. */
  withdraw(): void {
    if (this.#isWithdrawn || this.#cell === undefined) return;
    this.#isWithdrawn = true;
    this.#cell.withdrawReplica();
  }

  serve(name: HostCallName, args: readonly SystemCallScalar[], input: Uint8Array): MaybePromise<CallAnswer> {
    const wait = isChange(name) && !this.#isOutput(name, args) ? this.#shared?.mayChange(this) : undefined;
    if (wait === undefined) return this.#hostCalls.serve(name, args, input);
    return wait.then(() => this.#hostCalls.serve(name, args, input));
  }

  /**
   * Whether nothing has come of the cell for a while after it was told to make no changes: it has none under way, and looks
   * before it makes another.
   */
  get isSilent(): boolean {
    return this.#heardBySilence === this.#heard && this.#pending.size === 0;
  }

  /** Settles when {@link isSilent} is true. */
  async silent(): Promise<void> {
    for (let looks = 0; looks < SILENT_LOOKS; looks += 1) {
      const heard = this.#heard;
      await sleep(LOOK_MS, undefined, { ref: false });
      // After a turn in which the host has listened.
      await nextTurn();
      this.#looks += 1;
      if (this.#heard !== heard || this.#pending.size > 0) looks = -1;
    }
    if (this.#isWithdrawn) this.#heardBySilence = this.#heard;
  }

  /**
   * Does what the cell has done with its replica, at the time (milliseconds since the epoch) at which that did it.
   *
   * @throws {WireError} when the cell goes on long after it was told not to
   */
  repeat({ name, args, input }: FileCall, timeMs: number): MaybePromise<CallAnswer> {
    if (this.#looks > MOST_LOOKS) throw new WireError("A cell goes on with files that were taken back");
    this.#heard += 1;
    const within = <T>(question: () => T): T => {
      this.#isRepeating = true;
      try {
        return this.#source === undefined ? question() : this.#source.stampedAt(this.#timeOf(timeMs), question);
      } finally {
        this.#isRepeating = false;
      }
    };
    const answer = this.#hostCalls.serve(name, args, input, { within });
    if (isPromiseLike(answer)) this.#await(answer);
    return answer;
  }

  /** The cell has given the replica up. */
  release(positions: readonly FilePosition[]): void {
    for (const [fd, position] of positions) this.#hostCalls.seek(fd, position);
    this.#end();
  }

  /** The run has left the cell that it was lent to. */
  takeBack(cell: ReplicaCell): void {
    const source = this.#source;
    if (this.#cell === cell && source !== undefined && !this.#isWithdrawn && this.#pending.size === 0) {
      cell.replica = { source, version: source.version };
    }
    this.#end();
  }

  /** Settles when all that cells have done has been repeated. */
  async settled(): Promise<void> {
    await Promise.all(this.#pending);
  }

  /** The run is over. */
  dispose(): void {
    this.#end();
    this.#shared?.leave(this);
  }

  /** What a guest prints changes no file. It is posted, and nobody waits for it when the guest has ended. */
  #isOutput(name: HostCallName, args: readonly SystemCallScalar[]): boolean {
    return isOutput(name, args) && this.#hostCalls.isStandardStream(Number(args[0]));
  }

  /** A time that a cell has told; where it cannot be, as after the machine's clock was set, that of the host. */
  #timeOf(timeMs: number): number {
    const now = Date.now();
    return timeMs >= this.#lentAt && timeMs <= now + AHEAD_MS ? timeMs : now;
  }

  #await(answer: PromiseLike<CallAnswer>): void {
    const forget = (): void => void this.#pending.delete(answer);
    this.#pending.add(answer);
    answer.then(forget, forget);
  }

  #end(): void {
    this.#stopWatching?.();
    this.#stopWatching = undefined;
    this.#cell = undefined;
    this.#shared?.giveBack(this);
    this.#released.resolve();
  }
}
