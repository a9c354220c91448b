import type { Guest } from "../guest.ts";
import { dictionary } from "../past-prototypes.ts";
import { StringPrototypeEndsWith, StringPrototypeSlice } from "../primordial.ts";
import { errnoOf } from "../wasm/errno-of.ts";
import type { LinearMemory } from "../wasm/linear-memory.ts";

const F_RDLCK = 0;
const F_WRLCK = 1;
const F_UNLCK = 2;
const UV_ENOENT = -2;
const UV_EIO = -5;
const UV_EAGAIN = -11;
/** Who is to write locks this byte of a database, and whoever reads or writes one of those behind it. */
const RESERVED = 0x4000_0001n;
const SHARED = 0x4000_0002n;
/** Which places of a file those are to the host. The byte before them only keeps new readers from who waits to write. */
const RESERVED_PLACE = 0;
const SHARED_PLACE = 1;
const INDEX = "-shm";
/** Younger locks are lost to nobody, in milliseconds: less than the host's patience, of whose clock this guest knows little. */
const SAFE_MS = 20_000;

interface Held {
  readonly number: number;
  readonly isExclusive: boolean;
  /** In milliseconds of the guest's clock. */
  readonly since: number;
}

/**
 * SQLite's locks on files against other guests: threads and children of this one, and whoever else has its filesystem.
 *
 * All connections of a guest are one process to SQLite, and sort out among themselves who does what. A database with a
 * write-ahead log is one guest's alone for as long as that has its index, which is no memory that several could share.
 */
export class SqliteLocks {
  readonly #guest: Guest;
  readonly #memory: () => LinearMemory;
  /** By place and path. */
  readonly #held = dictionary<Held | undefined>();
  /** What SQLite believes of databases whose index this guest has, by path. */
  readonly #indexed = dictionary<number | undefined>();

  constructor(guest: Guest, memory: () => LinearMemory) {
    this.#guest = guest;
    this.#memory = memory;
  }

  /** `F_SETLK`, with a `struct flock` at an address: 0, or a negative errno. */
  set(path: string, at: number): number {
    const kind = this.#memory().u16(at);
    if (StringPrototypeEndsWith(path, INDEX)) return kind === F_WRLCK ? this.#takeIndex(databaseOf(path)) : 0;
    if (this.#covers(at, RESERVED)) {
      const failure = this.#put(path, RESERVED_PLACE, kind);
      if (failure !== 0) return failure;
    }
    if (!this.#covers(at, SHARED)) return 0;
    if (this.#indexed[path] === undefined) return this.#put(path, SHARED_PLACE, kind);
    this.#indexed[path] = kind;
    return 0;
  }

  /** `F_GETLK`: tells whether another guest is to write. */
  get(path: string, at: number): number {
    const number = this.#covers(at, RESERVED) ? this.#take(path, RESERVED_PLACE, true) : UV_ENOENT;
    if (number > 0) this.#guest.calls.sync("lock.release", number);
    this.#memory().setU16(at, number === UV_EAGAIN ? F_WRLCK : F_UNLCK);
    return 0;
  }

  /**
   * Whether a stranger may have written a file since SQLite has locked it: who reads for half a minute keeps no other tenant
   * from that. What has been read is then not to be used.
   */
  hasLost(path: string): boolean {
    const held = this.#held[SHARED_PLACE + path];
    if (held === undefined || held.isExclusive) return false;
    if (this.#now() - held.since < SAFE_MS && this.#guest.calls.sync("clock.isFrozen") === 0) return false;
    // Who has lost a lock gets no other before it is given back.
    const number = this.#take(path, SHARED_PLACE, false);
    if (number > 0) this.#guest.calls.sync("lock.release", number);
    return number === UV_EIO;
  }

  /** The file is not open any more. */
  release(path: string): void {
    if (StringPrototypeEndsWith(path, INDEX)) this.#giveIndex(databaseOf(path));
    this.#put(path, RESERVED_PLACE, F_UNLCK);
    this.#put(path, SHARED_PLACE, F_UNLCK);
  }

  #takeIndex(database: string): number {
    const before = this.#held[SHARED_PLACE + database];
    const failure = this.#put(database, SHARED_PLACE, F_WRLCK);
    if (failure === 0) this.#indexed[database] ??= kindOf(before);
    return failure;
  }

  #giveIndex(database: string): void {
    const kind = this.#indexed[database];
    this.#indexed[database] = undefined;
    if (kind !== undefined) this.#put(database, SHARED_PLACE, kind);
  }

  #covers(at: number, byte: bigint): boolean {
    const start = this.#memory().u64(at + 8);
    const length = this.#memory().u64(at + 16);
    return start <= byte && (length === 0n || start + length > byte);
  }

  /** Has a place locked as it is to be. */
  #put(path: string, place: number, kind: number): number {
    const key = place + path;
    const held = this.#held[key];
    if (kind === kindOf(held)) return 0;
    this.#held[key] = undefined;
    if (kind !== F_UNLCK) {
      const isExclusive = kind === F_WRLCK;
      const number = this.#take(path, place, isExclusive);
      if (number >= 0) this.#held[key] = { number, isExclusive, since: this.#now() };
      else {
        this.#held[key] = held;
        // Nobody else can find a file that has no name any more.
        return number === UV_ENOENT ? 0 : -errnoOf(this.#guest, number);
      }
    }
    if (held !== undefined) this.#guest.calls.sync("lock.release", held.number);
    return 0;
  }

  #now(): number {
    return this.#guest.calls.sync("clock.now") as number;
  }

  #take(path: string, place: number, isExclusive: boolean): number {
    return this.#guest.calls.sync("lock.take", path, place, isExclusive) as number;
  }
}

function kindOf(held: Held | undefined): number {
  if (held === undefined) return F_UNLCK;
  return held.isExclusive ? F_WRLCK : F_RDLCK;
}

function databaseOf(index: string): string {
  return StringPrototypeSlice(index, 0, -INDEX.length);
}
