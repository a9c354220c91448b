import { StringPrototypeSplit, TypedArrayPrototypeSubarray } from "../past-prototypes.ts";
import {
  MathMax,
  MathMin,
  StringPrototypeCharCodeAt,
  StringPrototypeSlice,
  TypedArrayPrototypeGetLength,
  TypedArrayPrototypeSet,
} from "../primordial.ts";
import type { LinearMemory } from "../wasm/linear-memory.ts";
import { putStat, timesOf } from "./file-stat.ts";
import type { WasiCall, WasiCalls } from "./wasi-calls.ts";
import {
  DIRECTORY,
  EBADF,
  EINVAL,
  ENOTCAPABLE,
  ENOTDIR,
  ESPIPE,
  REGULAR_FILE,
  rights,
  SUCCESS,
  SYMBOLIC_LINK,
  UNKNOWN,
} from "./wasi-constants.table.ts";
import { type Descriptor, WasiFailure, type WasiWorld } from "./wasi-world.ts";

const SIZE = 8;
const APPEND = 1;

/** Calls about what is open. */
export const descriptorCalls: WasiCalls = {
  __proto__: null as never,
  fd_advise: { takes: "iIIi", run: (world, _memory, fd: number) => advise(world, fd) },
  fd_allocate: {
    takes: "iII",
    run(world, _memory, fd: number, offset: bigint, length: bigint) {
      const file = world.descriptor(fd, rights.allocate);
      const wanted = Number(offset + length);
      if (sizeOf(world, file) < wanted) world.done(world.guest.calls.sync("fs.ftruncate", file.fd, wanted));
      return SUCCESS;
    },
  },
  fd_close: {
    takes: "i",
    run(world, _memory, fd: number) {
      const { fd: own } = world.descriptor(fd);
      world.remove(fd);
      // The guest's standard streams are not the program's to close.
      if (own > 2) world.done(world.guest.calls.sync("fs.close", own));
      return SUCCESS;
    },
  },
  fd_datasync: { takes: "i", run: (world, _memory, fd: number) => sync(world, fd, rights.datasync) },
  fd_sync: { takes: "i", run: (world, _memory, fd: number) => sync(world, fd, rights.sync) },
  fd_fdstat_get: {
    takes: "ii",
    run(world, memory, fd: number, to: number) {
      const { type, flags, base, inheriting } = world.descriptor(fd);
      memory.setU8(to, type);
      memory.setU16(to + 2, flags);
      memory.setU64(to + 8, base);
      memory.setU64(to + 16, inheriting);
      return SUCCESS;
    },
  },
  fd_fdstat_set_flags: {
    takes: "ii",
    run(world, _memory, fd: number, flags: number) {
      world.descriptor(fd, rights.setFlags).flags = flags & 0x1f;
      return SUCCESS;
    },
  },
  fd_fdstat_set_rights: {
    takes: "iII",
    run(world, _memory, fd: number, base: bigint, inheriting: bigint) {
      const one = world.descriptor(fd);
      if ((base & ~one.base) !== 0n || (inheriting & ~one.inheriting) !== 0n) throw new WasiFailure(ENOTCAPABLE);
      one.base = base;
      one.inheriting = inheriting;
      return SUCCESS;
    },
  },
  fd_filestat_get: {
    takes: "ii",
    run(world, memory, fd: number, to: number) {
      world.done(world.guest.calls.sync("fs.fstat", world.descriptor(fd, rights.stat).fd));
      return putStat(world, memory, to);
    },
  },
  fd_filestat_set_size: {
    takes: "iI",
    run(world, _memory, fd: number, size: bigint) {
      world.done(world.guest.calls.sync("fs.ftruncate", world.descriptor(fd, rights.setSize).fd, Number(size)));
      return SUCCESS;
    },
  },
  fd_filestat_set_times: {
    takes: "iIIi",
    run(world, _memory, fd: number, accessed: bigint, modified: bigint, flags: number) {
      const one = world.descriptor(fd, rights.setTimes);
      world.done(world.guest.calls.sync("fs.fstat", one.fd));
      const times = timesOf(world, accessed, modified, flags);
      world.done(world.guest.calls.sync("fs.futimes", one.fd, times.accessed, times.modified));
      return SUCCESS;
    },
  },
  fd_prestat_get: {
    takes: "ii",
    run(world, memory, fd: number, to: number) {
      const { preopened } = world.descriptor(fd);
      if (preopened === undefined) return EINVAL;
      memory.setU32(to, 0);
      memory.setU32(to + 4, TypedArrayPrototypeGetLength(memory.encoded(preopened)));
      return SUCCESS;
    },
  },
  fd_prestat_dir_name: {
    takes: "iii",
    run(world, memory, fd: number, to: number, length: number) {
      const { preopened } = world.descriptor(fd);
      if (preopened === undefined) return EBADF;
      const bytes = memory.encoded(preopened);
      memory.write(to, TypedArrayPrototypeSubarray(bytes, 0, length));
      return SUCCESS;
    },
  },
  fd_read: {
    takes: "iiii",
    run(world, memory, fd: number, list: number, count: number, done: number) {
      const file = world.descriptor(fd, rights.read);
      const total = read(world, memory, file, file.position, list, count);
      if (file.position >= 0) file.position += total;
      memory.setU32(done, total);
      return SUCCESS;
    },
  },
  fd_pread: atAnOffset(rights.read, read),
  fd_write: {
    takes: "iiii",
    run(world, memory, fd: number, list: number, count: number, done: number) {
      const file = world.descriptor(fd, rights.write);
      const appends = (file.flags & APPEND) !== 0 && file.position >= 0;
      const start = appends ? sizeOf(world, file) : file.position;
      const total = write(world, memory, file, start, list, count);
      if (file.position >= 0) file.position = start + total;
      memory.setU32(done, total);
      return SUCCESS;
    },
  },
  fd_pwrite: atAnOffset(rights.write, write),
  fd_seek: {
    takes: "iIii",
    run(world, memory, fd: number, offset: bigint, whence: number, to: number) {
      const file = world.descriptor(fd, rights.seek);
      if (file.type !== REGULAR_FILE && file.type !== DIRECTORY) return ESPIPE;
      if (whence > 2) return EINVAL;
      const before = MathMax(file.position, 0);
      const start = whence === 0 ? 0 : whence === 1 ? before : sizeOf(world, file);
      const position = start + Number(offset);
      if (position < 0) return EINVAL;
      file.position = position;
      memory.setU64(to, BigInt(position));
      return SUCCESS;
    },
  },
  fd_tell: {
    takes: "ii",
    run(world, memory, fd: number, to: number) {
      const { position } = world.descriptor(fd, rights.tell);
      memory.setU64(to, BigInt(MathMax(position, 0)));
      return SUCCESS;
    },
  },
  fd_renumber: {
    takes: "ii",
    run(world, _memory, from: number, to: number) {
      const moved = world.descriptor(from);
      const replaced = world.descriptor(to);
      if (from === to) return SUCCESS;
      world.put(to, moved);
      world.remove(from);
      if (replaced.fd > 2) world.guest.calls.sync("fs.close", replaced.fd);
      return SUCCESS;
    },
  },
  fd_readdir: { takes: "iiiIi", run: readDirectory },
};

function advise(world: WasiWorld, fd: number): number {
  world.descriptor(fd, rights.advise);
  return SUCCESS;
}

function sync(world: WasiWorld, fd: number, needed: bigint): number {
  world.done(world.guest.calls.sync("fs.fsync", world.descriptor(fd, needed).fd));
  return SUCCESS;
}

function sizeOf(world: WasiWorld, file: Descriptor): number {
  world.done(world.guest.calls.sync("fs.fstat", file.fd));
  return world.guest.calls.record[SIZE] as number;
}

type Piece = (position: number, at: number, length: number) => number;

/** Goes through a list of pieces of memory; stops at the first that is not filled. */
function pieces(memory: LinearMemory, start: number, list: number, count: number, one: Piece): number {
  let total = 0;
  for (let index = 0; index < count; index++) {
    const at = memory.u32(list + 8 * index);
    const length = memory.u32(list + 8 * index + 4);
    memory.view(at, length);
    if (length === 0) continue;
    const done = one(start < 0 ? -1 : start + total, at, length);
    total += done;
    if (done < length) break;
  }
  return total;
}

function read(
  world: WasiWorld,
  memory: LinearMemory,
  file: Descriptor,
  start: number,
  list: number,
  count: number,
): number {
  return pieces(memory, start, list, count, (position, at, length) => {
    const done = world.done(world.guest.calls.sync("fs.read", file.fd, length, position)) as number;
    world.guest.calls.payloadInto(memory.view(at, done), 0, done);
    return done;
  });
}

function write(
  world: WasiWorld,
  memory: LinearMemory,
  file: Descriptor,
  start: number,
  list: number,
  count: number,
): number {
  return pieces(
    memory,
    start,
    list,
    count,
    (position, at, length) =>
      world.done(world.guest.calls.syncWithInput("fs.write", memory.view(at, length), file.fd, position)) as number,
  );
}

const ENTRY = 24;
/** Kinds of entries as the kernel tells them, by their digits: unknown, file, directory, link. */
const kinds = [UNKNOWN, REGULAR_FILE, DIRECTORY, SYMBOLIC_LINK];

function atAnOffset(needed: bigint, transfer: typeof read): WasiCall {
  return {
    takes: "iiiIi",
    run(world, memory, fd: number, list: number, count: number, offset: bigint, done: number) {
      const file = world.descriptor(fd, needed | rights.seek);
      memory.setU32(done, transfer(world, memory, file, Number(offset), list, count));
      return SUCCESS;
    },
  };
}

/** As many entries as there is room for, the last one cut off: that there are more is what a full buffer says. */
function readDirectory(
  world: WasiWorld,
  memory: LinearMemory,
  fd: number,
  to: number,
  room: number,
  cookie: bigint,
  used: number,
): number {
  const directory = world.descriptor(fd, rights.readdir);
  if (directory.type !== DIRECTORY) return ENOTDIR;
  const listed = world.done(world.guest.calls.sync("fs.freaddir", directory.fd)) as string;
  const entries = listed === "" ? [] : StringPrototypeSplit(listed, "\0");
  const buffer = memory.view(to, room);
  let done = 0;
  for (let index = Number(cookie); index < entries.length && done < room; index++) {
    const entry = entries[index] as string;
    const name = memory.encoded(StringPrototypeSlice(entry, 1));
    const head = new Uint8Array(ENTRY);
    putNumber(head, 0, index + 1);
    putNumber(head, 16, TypedArrayPrototypeGetLength(name));
    head[20] = kinds[StringPrototypeCharCodeAt(entry, 0) - ZERO] ?? UNKNOWN;
    done += putCut(buffer, done, head);
    done += putCut(buffer, done, name);
  }
  memory.setU32(used, done);
  return SUCCESS;
}

const ZERO = 48;

function putNumber(bytes: Uint8Array, at: number, value: number): void {
  for (let index = 0; index < 4; index++) bytes[at + index] = (value >>> (8 * index)) & 0xff;
}

/** Writes as much as there is room for; answers how much that was. */
function putCut(buffer: Uint8Array, at: number, bytes: Uint8Array): number {
  const length = MathMin(TypedArrayPrototypeGetLength(bytes), TypedArrayPrototypeGetLength(buffer) - at);
  TypedArrayPrototypeSet(buffer, TypedArrayPrototypeSubarray(bytes, 0, length), at);
  return length;
}
