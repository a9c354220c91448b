import type { SystemCallResult } from "@vivarium/core";
import type { Guest } from "../guest.ts";
import {
  MapPrototypeDelete,
  MapPrototypeForEach,
  MapPrototypeGet,
  MapPrototypeSet,
  MathFloor,
  TypedArrayPrototypeGetLength,
} from "../primordial.ts";
import { errnoOf } from "../wasm/errno-of.ts";
import type { LinearMemory } from "../wasm/linear-memory.ts";
import { SqliteLocks } from "./sqlite-locks.ts";

/** A file that SQLite has open. */
interface Open {
  readonly identity: number;
  readonly path: string;
  position: number;
}

const UV_EAGAIN = -11;
const EBADF = 8;
const EINVAL = 28;
const ERANGE = 68;
const DEVICE = 1;
/** Flags of `open` that the kernel knows; what else a C library says is about descriptors of processes. */
const KNOWN_FLAGS = 0o3 | 0o100 | 0o200 | 0o1000 | 0o2000;
const F_GETLK = 12;
const F_SETLK = 13;
const F_SETLKW = 14;
const F_GETFD = 1;
const FILE_BLOCK = 4096;

/**
 * The guest's files, as a C library in WebAssembly asks for them: paths and results are in its memory.
 *
 * Who a file is follows from its path, and not from its inode: the guest's files may get other inodes while it runs, when
 * they are no longer served beside it, and SQLite would take them for others. Links it resolves itself before it opens.
 */
export class SqliteFiles {
  readonly #guest: Guest;
  readonly #memory: () => LinearMemory;
  readonly #open = new Map<number, Open>();
  readonly #identities = new Map<string, number>();
  readonly #locks: SqliteLocks;
  #lastIdentity = 0;

  constructor(guest: Guest, memory: () => LinearMemory) {
    this.#guest = guest;
    this.#memory = memory;
    this.#locks = new SqliteLocks(guest, memory);
  }

  open(pathAt: number, flags: number, args: number): number {
    const memory = this.#memory();
    const path = memory.terminated(pathAt);
    const mode = args === 0 ? 0 : memory.u32(args);
    const fd = this.#guest.calls.sync("fs.open", path, flags & KNOWN_FLAGS, mode & 0o777);
    if (typeof fd !== "number" || fd < 0) return -this.#errno(fd);
    MapPrototypeSet(this.#open, fd, { identity: this.#identity(path), path, position: 0 });
    return fd;
  }

  access(path: number, mode: number): number {
    return this.#done(this.#guest.calls.sync("fs.access", this.#memory().terminated(path), mode & 7));
  }

  fstat(fd: number, to: number): number {
    const open = MapPrototypeGet(this.#open, fd);
    if (open === undefined) return -EBADF;
    const result = this.#guest.calls.sync("fs.fstat", fd);
    return result === 0 ? this.#tell(to, open.identity) : -this.#errno(result);
  }

  stat(pathAt: number, to: number, follow: boolean): number {
    const path = this.#memory().terminated(pathAt);
    const result = this.#guest.calls.sync("fs.stat", path, follow);
    return result === 0 ? this.#tell(to, this.#identity(path)) : -this.#errno(result);
  }

  truncate(fd: number, length: number): number {
    return this.#done(this.#guest.calls.sync("fs.ftruncate", fd, length));
  }

  directory(to: number, size: number): number {
    const memory = this.#memory();
    const path = memory.encoded(`${this.#guest.calls.sync("process.cwd") as string}\0`);
    const length = TypedArrayPrototypeGetLength(path);
    if (length > size) return -ERANGE;
    memory.write(to, path);
    return length;
  }

  readLink(pathAt: number, to: number, size: number): number {
    const memory = this.#memory();
    const target = this.#guest.calls.sync("fs.readlink", memory.terminated(pathAt));
    if (typeof target !== "string") return -this.#errno(target);
    const bytes = memory.encoded(target);
    const length = TypedArrayPrototypeGetLength(bytes);
    // One that is cut off would lead elsewhere.
    if (length > size) return -ERANGE;
    memory.write(to, bytes);
    return length;
  }

  makeDirectory(path: number, mode: number): number {
    const made = this.#guest.calls.sync("fs.mkdir", this.#memory().terminated(path), mode & 0o777, false);
    return typeof made === "string" ? 0 : -this.#errno(made);
  }

  removeDirectory(path: number): number {
    return this.#done(this.#guest.calls.sync("fs.rmdir", this.#memory().terminated(path)));
  }

  unlink(path: number): number {
    return this.#done(this.#guest.calls.sync("fs.unlink", this.#memory().terminated(path)));
  }

  control(fd: number, command: number, args: number): number {
    const open = MapPrototypeGet(this.#open, fd);
    if (open === undefined) return -EBADF;
    if (command === F_GETLK) return this.#locks.get(open.path, this.#memory().u32(args));
    if (command === F_SETLK) return this.#locks.set(open.path, this.#memory().u32(args));
    return command >= F_GETFD && command <= F_SETLKW ? 0 : -EINVAL;
  }

  /** As WASI's `fd_read`: 0, or what went wrong. */
  read(fd: number, list: number, count: number, done: number): number {
    const path = MapPrototypeGet(this.#open, fd)?.path ?? "";
    return this.#transfer(fd, list, count, done, (position, at, length) => {
      const read = this.#guest.calls.sync("fs.read", fd, length, position);
      if (typeof read === "number" && read > 0) {
        const memory = this.#memory();
        this.#guest.calls.payloadInto(memory.view(at, read), 0, read);
        // Not EIO: SQLite would call the database malformed.
        if (this.#locks.hasLost(path)) return UV_EAGAIN;
      }
      return read;
    });
  }

  /** As WASI's `fd_write`. */
  write(fd: number, list: number, count: number, done: number): number {
    return this.#transfer(fd, list, count, done, (position, at, length) =>
      this.#guest.calls.syncWithInput("fs.write", this.#memory().view(at, length), fd, position),
    );
  }

  /** As WASI's `fd_seek`. */
  seek(fd: number, offset: number, whence: number, to: number): number {
    const open = MapPrototypeGet(this.#open, fd);
    if (open === undefined) return EBADF;
    let start = 0;
    if (whence === 1) start = open.position;
    if (whence === 2) {
      const result = this.#guest.calls.sync("fs.fstat", fd);
      if (result !== 0) return this.#errno(result);
      start = this.#guest.calls.record[SIZE] as number;
    }
    if (whence > 2 || start + offset < 0) return EINVAL;
    open.position = start + offset;
    this.#memory().setU64(to, BigInt(open.position));
    return 0;
  }

  sync(fd: number): number {
    return -this.#done(this.#guest.calls.sync("fs.fsync", fd));
  }

  close(fd: number): number {
    const open = MapPrototypeGet(this.#open, fd);
    if (open === undefined) return EBADF;
    MapPrototypeDelete(this.#open, fd);
    if (!this.#isOpen(open.identity)) this.#locks.release(open.path);
    return -this.#done(this.#guest.calls.sync("fs.close", fd));
  }

  #isOpen(identity: number): boolean {
    let isOpen = false;
    MapPrototypeForEach(this.#open, (open) => {
      isOpen ||= open.identity === identity;
    });
    return isOpen;
  }

  #transfer(
    fd: number,
    list: number,
    count: number,
    done: number,
    one: (position: number, at: number, length: number) => SystemCallResult,
  ): number {
    const open = MapPrototypeGet(this.#open, fd);
    if (open === undefined) return EBADF;
    const memory = this.#memory();
    let total = 0;
    for (let index = 0; index < count; index++) {
      const at = memory.u32(list + 8 * index);
      const length = memory.u32(list + 8 * index + 4);
      if (length === 0) continue;
      const result = one(open.position, at, length);
      if (typeof result !== "number" || result < 0) return this.#errno(result);
      open.position += result;
      total += result;
      if (result < length) break;
    }
    memory.setU32(done, total);
    return 0;
  }

  /** Writes the record of a stat as Emscripten's C library has it. */
  #tell(to: number, identity: number): number {
    const { record } = this.#guest.calls;
    const memory = this.#memory();
    memory.setU32(to, DEVICE);
    memory.setU32(to + 4, record[1] as number);
    memory.setU32(to + 8, record[2] as number);
    memory.setU32(to + 12, record[3] as number);
    memory.setU32(to + 16, record[4] as number);
    memory.setU32(to + 20, 0);
    memory.setU64(to + 24, BigInt(record[SIZE] as number));
    memory.setU32(to + 32, FILE_BLOCK);
    memory.setU32(to + 36, record[9] as number);
    for (let index = 0; index < 3; index++) {
      memory.setU64(to + 40 + 16 * index, BigInt(MathFloor(record[10 + 2 * index] as number)));
      memory.setU32(to + 48 + 16 * index, record[11 + 2 * index] as number);
    }
    memory.setU64(to + 88, BigInt(identity));
    return 0;
  }

  #identity(path: string): number {
    const known = MapPrototypeGet(this.#identities, path);
    if (known !== undefined) return known;
    this.#lastIdentity += 1;
    MapPrototypeSet(this.#identities, path, this.#lastIdentity);
    return this.#lastIdentity;
  }

  #done(result: SystemCallResult): number {
    return result === 0 ? 0 : -this.#errno(result);
  }

  #errno(result: SystemCallResult): number {
    return errnoOf(this.#guest, result);
  }
}

/** Place of the size in the record of a stat. */
const SIZE = 8;
