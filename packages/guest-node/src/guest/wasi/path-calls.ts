import { TypedArrayPrototypeSubarray } from "../past-prototypes.ts";
import { StringPrototypeStartsWith, TypedArrayPrototypeGetLength } from "../primordial.ts";
import type { LinearMemory } from "../wasm/linear-memory.ts";
import { putStat, timesOf } from "./file-stat.ts";
import type { WasiCalls } from "./wasi-calls.ts";
import { DIRECTORY, ENOTCAPABLE, REGULAR_FILE, rights, SUCCESS } from "./wasi-constants.table.ts";
import { placeOf, type Resolved, resolvePath } from "./wasi-paths.ts";
import { WasiFailure, type WasiWorld } from "./wasi-world.ts";

const FOLLOW = 1;
const MODE = 1;
/** Flags of `path_open`, and what they are to a system. */
const CREATE = 1;
const IS_DIRECTORY = 2;
const EXCLUSIVE = 4;
const TRUNCATE = 8;
const O_WRONLY = 0o1;
const O_RDWR = 0o2;
const O_CREAT = 0o100;
const O_EXCL = 0o200;
const O_TRUNC = 0o1000;
const O_DIRECTORY = 0o200000;
const O_NOFOLLOW = 0o400000;
const READING = rights.read | rights.readdir;
const WRITING = rights.write | rights.allocate | rights.setSize | rights.datasync;

/** Calls about paths, each beneath a directory that the program has. */
export const pathCalls: WasiCalls = {
  __proto__: null as never,
  path_create_directory: {
    takes: "iii",
    run(world, memory, fd: number, at: number, length: number) {
      const { path } = resolved(world, memory, fd, at, length, rights.createDirectory);
      world.done(world.guest.calls.sync("fs.mkdir", path, 0o777, false));
      return SUCCESS;
    },
  },
  path_filestat_get: {
    takes: "iiiii",
    run(world, memory, fd: number, flags: number, at: number, length: number, to: number) {
      const { path } = resolved(world, memory, fd, at, length, rights.pathStat, flags);
      world.done(world.guest.calls.sync("fs.stat", path, false));
      return putStat(world, memory, to);
    },
  },
  path_filestat_set_times: {
    takes: "iiiiIIi",
    run(world, memory, fd: number, flags: number, at: number, length: number, ...times: never[]) {
      const { path } = resolved(world, memory, fd, at, length, rights.pathSetTimes, flags);
      world.done(world.guest.calls.sync("fs.stat", path, false));
      const { accessed, modified } = timesOf(world, times[0] as never, times[1] as never, times[2] as never);
      world.done(world.guest.calls.sync("fs.utimes", path, accessed, modified, false));
      return SUCCESS;
    },
  },
  path_link: {
    takes: "iiiiiii",
    run(
      world,
      memory,
      fd: number,
      flags: number,
      at: number,
      length: number,
      newFd: number,
      to: number,
      toLength: number,
    ) {
      const from = resolved(world, memory, fd, at, length, rights.linkSource, flags);
      const target = resolved(world, memory, newFd, to, toLength, rights.linkTarget);
      world.done(world.guest.calls.sync("fs.link", from.path, target.path));
      return SUCCESS;
    },
  },
  path_open: { takes: "iiiiiIIii", run: open },
  path_readlink: {
    takes: "iiiiii",
    run(world, memory, fd: number, at: number, length: number, to: number, room: number, used: number) {
      const { path } = resolved(world, memory, fd, at, length, rights.readlink);
      const target = memory.encoded(world.done(world.guest.calls.sync("fs.readlink", path)) as string);
      const bytes = TypedArrayPrototypeSubarray(target, 0, room);
      memory.write(to, bytes);
      memory.setU32(used, TypedArrayPrototypeGetLength(bytes));
      return SUCCESS;
    },
  },
  path_remove_directory: {
    takes: "iii",
    run(world, memory, fd: number, at: number, length: number) {
      const { path } = resolved(world, memory, fd, at, length, rights.removeDirectory);
      world.done(world.guest.calls.sync("fs.rmdir", path));
      return SUCCESS;
    },
  },
  path_rename: {
    takes: "iiiiii",
    run(world, memory, fd: number, at: number, length: number, newFd: number, to: number, toLength: number) {
      const from = resolved(world, memory, fd, at, length, rights.renameSource);
      const target = resolved(world, memory, newFd, to, toLength, rights.renameTarget);
      world.done(world.guest.calls.sync("fs.rename", from.path, target.path));
      return SUCCESS;
    },
  },
  path_symlink: {
    takes: "iiiii",
    run(world, memory, target: number, targetLength: number, fd: number, at: number, length: number) {
      const text = memory.text(target, targetLength);
      // It would lead nowhere: what is absolute is refused when a path goes through it.
      if (StringPrototypeStartsWith(text, "/")) return ENOTCAPABLE;
      const { path } = resolved(world, memory, fd, at, length, rights.symlink);
      world.done(world.guest.calls.sync("fs.symlink", text, path));
      return SUCCESS;
    },
  },
  path_unlink_file: {
    takes: "iii",
    run(world, memory, fd: number, at: number, length: number) {
      const { path } = resolved(world, memory, fd, at, length, rights.unlink);
      world.done(world.guest.calls.sync("fs.unlink", path));
      return SUCCESS;
    },
  },
};

function resolved(
  world: WasiWorld,
  memory: LinearMemory,
  fd: number,
  at: number,
  length: number,
  needed: bigint,
  flags = 0,
): Resolved {
  const path = memory.text(at, length);
  return resolvePath(world, placeOf(world, fd, needed), path, (flags & FOLLOW) !== 0);
}

function open(
  world: WasiWorld,
  memory: LinearMemory,
  fd: number,
  lookup: number,
  at: number,
  length: number,
  how: number,
  base: bigint,
  inheriting: bigint,
  flags: number,
  to: number,
): number {
  const needed = rightsToOpen(how);
  const parent = world.descriptor(fd, needed);
  if ((base & ~parent.inheriting) !== 0n) throw new WasiFailure(ENOTCAPABLE);
  const follows = (how & EXCLUSIVE) === 0 ? lookup : 0;
  const place = resolved(world, memory, fd, at, length, needed, follows);
  const { calls } = world.guest;
  const own = world.done(calls.sync("fs.open", place.path, systemFlags(how, base), 0o666)) as number;
  calls.sync("fs.fstat", own);
  const type = world.typeOf(calls.record[MODE] ?? 0);
  const isDirectory = type === DIRECTORY;
  const number = world.add({
    fd: own,
    type,
    base,
    inheriting: inheriting & parent.inheriting,
    flags: flags & 0x1f,
    position: type === REGULAR_FILE || isDirectory ? 0 : -1,
    place: isDirectory ? place : undefined,
    preopened: undefined,
  });
  memory.setU32(to, number);
  return SUCCESS;
}

/** What a directory has to be good for. */
function rightsToOpen(how: number): bigint {
  let needed: bigint = rights.open;
  if ((how & CREATE) !== 0) needed |= rights.createFile;
  if ((how & TRUNCATE) !== 0) needed |= rights.pathSetSize;
  return needed;
}

/** The path has been followed to its end: a link that is there now has come since. */
function systemFlags(how: number, base: bigint): number {
  const reads = (base & READING) !== 0n;
  const writes = (how & IS_DIRECTORY) === 0 && (base & WRITING) !== 0n;
  let flags = O_NOFOLLOW;
  if (writes) flags |= reads ? O_RDWR : O_WRONLY;
  if ((how & CREATE) !== 0) flags |= O_CREAT;
  if ((how & EXCLUSIVE) !== 0) flags |= O_EXCL;
  if ((how & TRUNCATE) !== 0) flags |= O_TRUNC;
  if ((how & IS_DIRECTORY) !== 0) flags |= O_DIRECTORY;
  return flags;
}
