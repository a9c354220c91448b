import type { FileSystem } from "@vivarium/core";
import { CallFailure } from "../system-calls/call-failure.ts";

/** Locks that one guest may have at a time. */
const MOST_LOCKS = 1_024;

interface Lock {
  readonly owner: FileLocks;
  readonly key: string;
  readonly isExclusive: boolean;
}

/** The locks of all guests, by filesystem, and by path and place. */
const locked = new WeakMap<FileSystem, Map<string, Set<Lock>>>();

/** One guest's locks on files, by number: advisory ones, as those of `fcntl(2)`. */
export class FileLocks {
  readonly #all: Map<string, Set<Lock>>;
  readonly #own: Map<number, Lock> = new Map();
  #last = 0;

  constructor(filesystem: FileSystem) {
    this.#all = locked.get(filesystem) ?? new Map();
    locked.set(filesystem, this.#all);
  }

  /**
   * Locks a place of a resolved path. A guest's own locks do not exclude each other.
   *
   * @throws {CallFailure} `EAGAIN` when another guest's lock is in the way, `EMFILE` when this one has too many
   */
  take(path: string, place: number, isExclusive: boolean): number {
    const key = `${place}${path}`;
    const others = this.#all.get(key) ?? new Set();
    for (const other of others) {
      if (other.owner !== this && (isExclusive || other.isExclusive)) throw new CallFailure("EAGAIN");
    }
    if (this.#own.size >= MOST_LOCKS) throw new CallFailure("EMFILE");
    const lock = { owner: this, key, isExclusive };
    this.#all.set(key, others.add(lock));
    this.#last += 1;
    this.#own.set(this.#last, lock);
    return this.#last;
  }

  /** @throws {CallFailure} `EBADF` where there is none of that number */
  release(number: number): void {
    const lock = this.#own.get(number);
    if (lock === undefined) throw new CallFailure("EBADF");
    this.#own.delete(number);
    const others = this.#all.get(lock.key);
    others?.delete(lock);
    if (others?.size === 0) this.#all.delete(lock.key);
  }

  releaseAll(): void {
    for (const number of this.#own.keys()) this.release(number);
  }
}
