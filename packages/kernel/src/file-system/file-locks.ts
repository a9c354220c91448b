import type { FileSystem } from "@vivarium/core";
import { CallFailure } from "../system-calls/call-failure.ts";

/** Locks that one guest may have at a time. */
const MOST_LOCKS = 1_024;
/** How old a shared lock has to be, in milliseconds, before a stranger who is to write need not wait for it any more. */
const PATIENCE_MS = 30_000;
/** How long strangers get no more shared locks after one has kept somebody from writing, in milliseconds: unless that tries again. */
const WISH_MS = 2_000;

interface Lock {
  readonly owner: FileLocks;
  readonly path: string;
  readonly key: string;
  readonly isExclusive: boolean;
  /** In milliseconds of the host's clock. */
  readonly since: number;
  /** A stranger has it no more excluded: what its owner reads from here on may be half written. */
  isLost: boolean;
}

/** The locks of all guests that have one filesystem. */
class AllLocks {
  /** By path and place. */
  readonly held: Map<string, Set<Lock>> = new Map();
  readonly guests: Set<FileLocks> = new Set();
}

const locked = new WeakMap<FileSystem, AllLocks>();

/**
 * One guest's locks on files, by number: advisory ones, as those of `fcntl(2)`.
 *
 * Among relatives they hold for as long as they are not given back. Of strangers, which have a filesystem in common and
 * nothing else, one who may only read must not keep another from writing for good: who tries for half a minute may write.
 * The reader has lost its lock then, and gets none on that file before it has given that one back.
 */
export class FileLocks {
  readonly #relatives: object;
  readonly #now: () => number;
  readonly #all: AllLocks;
  readonly #own: Map<number, Lock> = new Map();
  /** What it was kept from last, and until when it counts as waiting for that. */
  #wish: { readonly key: string; readonly until: number } | undefined;
  #last = 0;

  /** `relatives`: what the guest has in common with those that it has started or was started by, and with nobody else. */
  constructor(filesystem: FileSystem, relatives: object, now: () => number = () => performance.now()) {
    this.#relatives = relatives;
    this.#now = now;
    this.#all = locked.get(filesystem) ?? new AllLocks();
    locked.set(filesystem, this.#all);
  }

  /**
   * Locks a place of a resolved path. A guest's own locks do not exclude each other.
   *
   * @throws {CallFailure} `EAGAIN` when another guest's lock is in the way, or a stranger waits to write; `EIO` when it has
   * lost a lock on that file and not given it back; `EMFILE` when it has too many
   */
  take(path: string, place: number, isExclusive: boolean): number {
    const key = `${place}${path}`;
    for (const lock of this.#own.values()) if (lock.isLost && lock.path === path) throw new CallFailure("EIO");
    if (isExclusive) this.#clearTheWay(key);
    else this.#assertMayRead(key);
    if (this.#own.size >= MOST_LOCKS) throw new CallFailure("EMFILE");
    const lock = { owner: this, path, key, isExclusive, since: this.#now(), isLost: false };
    const others = this.#all.held.get(key) ?? new Set();
    this.#all.held.set(key, others.add(lock));
    this.#all.guests.add(this);
    this.#last += 1;
    this.#own.set(this.#last, lock);
    return this.#last;
  }

  /** @throws {CallFailure} `EBADF` where there is none of that number */
  release(number: number): void {
    const lock = this.#own.get(number);
    if (lock === undefined) throw new CallFailure("EBADF");
    this.#own.delete(number);
    this.#drop(lock);
  }

  releaseAll(): void {
    for (const number of this.#own.keys()) this.release(number);
    this.#all.guests.delete(this);
  }

  /** Strangers' shared locks end that have lasted long enough; any other is in the way. @throws {CallFailure} `EAGAIN` */
  #clearTheWay(key: string): void {
    const latest = this.#now() - PATIENCE_MS;
    const others = [...(this.#all.held.get(key) ?? [])].filter(({ owner }) => owner !== this);
    if (others.some(({ isExclusive }) => isExclusive)) throw new CallFailure("EAGAIN");
    if (others.some(({ owner, since }) => this.#isRelative(owner) || since > latest)) {
      this.#wish = { key, until: this.#now() + WISH_MS };
      this.#all.guests.add(this);
      throw new CallFailure("EAGAIN");
    }
    this.#wish = undefined;
    for (const other of others) {
      other.isLost = true;
      this.#drop(other);
    }
  }

  /** @throws {CallFailure} `EAGAIN` */
  #assertMayRead(key: string): void {
    for (const { owner, isExclusive } of this.#all.held.get(key) ?? [])
      if (owner !== this && isExclusive) throw new CallFailure("EAGAIN");
    for (const guest of this.#all.guests)
      if (!this.#isRelative(guest) && guest.#waitsFor(key)) throw new CallFailure("EAGAIN");
  }

  #waitsFor(key: string): boolean {
    return this.#wish?.key === key && this.#wish.until > this.#now();
  }

  #isRelative(other: FileLocks): boolean {
    return other.#relatives === this.#relatives;
  }

  #drop(lock: Lock): void {
    const others = this.#all.held.get(lock.key);
    others?.delete(lock);
    if (others?.size === 0) this.#all.held.delete(lock.key);
  }
}
