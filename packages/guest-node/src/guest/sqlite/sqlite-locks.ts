import type { Guest } from "../guest.ts";
import { MapPrototypeDelete, MapPrototypeGet, MapPrototypeSet } from "../primordial.ts";
import { errnoOf } from "../wasm/errno-of.ts";
import type { LinearMemory } from "../wasm/linear-memory.ts";

const F_RDLCK = 0;
const F_UNLCK = 2;
/** Where the bytes of a file begin that whoever reads it locks: the only ones whose locks are for other guests to heed. */
const FIRST_SHARED = 0x4000_0002n;
const UV_ENOENT = -2;

/** A file by what SQLite takes it for, and by its name. */
export interface LockedFile {
  readonly identity: number;
  readonly path: string;
}

interface Held {
  readonly number: number;
  readonly isExclusive: boolean;
}

/**
 * SQLite's locks on files against other guests: threads and children of this one, and whoever else has its filesystem.
 *
 * All connections of a guest are one process to SQLite, and sort out among themselves who does what. Those that may write
 * lock a file for all of them when they first use it, and say no more; those that only read lock it among all readers, and
 * unlock it. So what is exclusive stays until the file is closed.
 */
export class SqliteLocks {
  readonly #guest: Guest;
  readonly #memory: () => LinearMemory;
  readonly #held = new Map<number, Held>();

  constructor(guest: Guest, memory: () => LinearMemory) {
    this.#guest = guest;
    this.#memory = memory;
  }

  /** `F_SETLK`, with a `struct flock` at an address: 0, or a negative errno. */
  set(file: LockedFile, at: number): number {
    const memory = this.#memory();
    const start = memory.u64(at + 8);
    const length = memory.u64(at + 16);
    const isForAll = start <= FIRST_SHARED && (length === 0n || start + length > FIRST_SHARED);
    if (!isForAll) return 0;
    const held = MapPrototypeGet(this.#held, file.identity);
    if (held?.isExclusive === true) return 0;
    const kind = memory.u16(at);
    if (kind === F_UNLCK) {
      this.release(file.identity);
      return 0;
    }
    return held !== undefined && kind === F_RDLCK ? 0 : this.#take(file, kind !== F_RDLCK);
  }

  /** The file is not open any more. */
  release(identity: number): void {
    const held = MapPrototypeGet(this.#held, identity);
    if (held === undefined) return;
    MapPrototypeDelete(this.#held, identity);
    this.#guest.calls.sync("lock.release", held.number);
  }

  #take({ identity, path }: LockedFile, isExclusive: boolean): number {
    const number = this.#guest.calls.sync("lock.take", path, isExclusive);
    // Nobody else can find a file that has no name any more.
    if (number === UV_ENOENT) return 0;
    if (typeof number !== "number" || number < 0) return -errnoOf(this.#guest, number);
    this.release(identity);
    MapPrototypeSet(this.#held, identity, { number, isExclusive });
    return 0;
  }
}
