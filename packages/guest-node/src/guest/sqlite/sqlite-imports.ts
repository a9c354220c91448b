import type { Guest } from "../guest.ts";
import { dictionary } from "../past-prototypes.ts";
import { MathRound, ReflectApply, TypedArrayPrototypeFill } from "../primordial.ts";
import type { LinearMemory } from "../wasm/linear-memory.ts";
import { localTimes } from "./local-times.ts";
import { SqliteFiles } from "./sqlite-files.ts";

type Import = (...args: never[]) => unknown;
export type SqliteImports = Record<string, Record<string, unknown>>;

const EINVAL = 28;
const ENOMEM = 48;
const EIO = 29;
const NANOSECONDS = 1_000_000;

/** What SQLite's C library asks of its surroundings, over the guest's own files and clocks. */
export function sqliteImports(
  guest: Guest,
  memory: () => LinearMemory,
  grow: (bytes: number) => boolean,
  allocate: (bytes: number) => number,
): SqliteImports {
  const map = (length: number, isOwn: number, to: number): number => {
    const at = allocate(length);
    if (at === 0) return -ENOMEM;
    TypedArrayPrototypeFill(memory().view(at, length), 0);
    memory().setU32(isOwn, 1);
    memory().setU32(to, at);
    return 0;
  };
  const files = new SqliteFiles(guest, memory);
  const clock = steadyClock(guest);
  const time = localTimes(memory);
  const env = guarded(true, {
    __syscall_openat: (_at: number, path: number, flags: number, mode: number) => files.open(path, flags, mode),
    __syscall_faccessat: (_at: number, path: number, mode: number) => files.access(path, mode),
    __syscall_fstat64: (fd: number, to: number) => files.fstat(fd, to),
    __syscall_stat64: (path: number, to: number) => files.stat(path, to, true),
    __syscall_lstat64: (path: number, to: number) => files.stat(path, to, false),
    __syscall_newfstatat: (_at: number, path: number, to: number, flags: number) =>
      files.stat(path, to, (flags & AT_SYMLINK_NOFOLLOW) === 0),
    __syscall_ftruncate64: (fd: number, length: bigint) => files.truncate(fd, Number(length)),
    __syscall_getcwd: (to: number, size: number) => files.directory(to, size),
    __syscall_readlinkat: (_at: number, path: number, to: number, size: number) => files.readLink(path, to, size),
    __syscall_mkdirat: (_at: number, path: number, mode: number) => files.makeDirectory(path, mode),
    __syscall_rmdir: (path: number) => files.removeDirectory(path),
    __syscall_unlinkat: (_at: number, path: number, flags: number) =>
      flags === 0 ? files.unlink(path) : files.removeDirectory(path),
    __syscall_fcntl64: (fd: number, command: number, args: number) => files.control(fd, command, args),
    __syscall_ioctl: () => -EINVAL,
    // A file that SQLite makes is the guest's own, with the mode that it was opened with.
    __syscall_chmod: () => 0,
    __syscall_fchmod: () => 0,
    __syscall_fchown32: () => 0,
    __syscall_utimensat: () => 0,
    // The index of a write-ahead log, and nothing else: it is one guest's at a time, as its lock is.
    _mmap_js: (length: number, _use: number, _flags: number, _fd: number, _from: bigint, isOwn: number, to: number) =>
      map(length, isOwn, to),
    _munmap_js: () => 0,
    _tzset_js: time.zone,
    _localtime_js: time.local,
    emscripten_date_now: () => guest.calls.sync("clock.epoch"),
    emscripten_get_now: clock,
    emscripten_get_heap_max: () => MOST_BYTES,
    emscripten_resize_heap: (bytes: number) => (grow(bytes >>> 0) ? 1 : 0),
  });
  const wasi = guarded(false, {
    fd_read: (fd: number, list: number, count: number, done: number) => files.read(fd, list, count, done),
    fd_write: (fd: number, list: number, count: number, done: number) => files.write(fd, list, count, done),
    fd_seek: (fd: number, offset: bigint, whence: number, to: number) => files.seek(fd, Number(offset), whence, to),
    fd_sync: (fd: number) => files.sync(fd),
    fd_close: (fd: number) => files.close(fd),
    fd_fdstat_get: () => EINVAL,
    environ_sizes_get: (count: number, size: number) => {
      memory().setU32(count, 0);
      memory().setU32(size, 0);
      return 0;
    },
    environ_get: () => 0,
    clock_time_get: (id: number, _precision: bigint, to: number) => {
      const now = id === 0 ? (guest.calls.sync("clock.epoch") as number) : clock();
      memory().setU64(to, BigInt(MathRound(now * NANOSECONDS)));
      return 0;
    },
  });
  const imports = dictionary<Record<string, unknown>>();
  imports["env"] = env;
  imports["wasi_snapshot_preview1"] = wasi;
  return imports;
}

const AT_SYMLINK_NOFOLLOW = 0x100;
/** What the build says that its memory may become. */
const MOST_BYTES = 2 ** 31;

/** SQLite waits by looking at a clock again and again: one that stands still goes on for it. */
function steadyClock(guest: Guest): () => number {
  let last = 0;
  return () => {
    const now = guest.calls.sync("clock.now") as number;
    last = now > last ? now : last + 1;
    return last;
  };
}

/** No error of ours unwinds SQLite's stack, which would leave it in the middle of something. */
function guarded(isNegative: boolean, functions: Record<string, Import>): Record<string, unknown> {
  const made = dictionary<unknown>();
  for (const name in functions) {
    const call = functions[name] as Import;
    made[name] = (...args: never[]) => {
      try {
        return ReflectApply(call, undefined, args);
      } catch {
        return isNegative ? -EIO : EIO;
      }
    };
  }
  return made;
}
