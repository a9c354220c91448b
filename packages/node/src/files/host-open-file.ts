import { createFileSystemError, type FileStat, isPromiseLike, type MaybePromise, type OpenFile } from "@vivarium/core";
import {
  assertWritable,
  callsFor,
  callsToClose,
  callsToWrite,
  type HostContext,
  LARGE_FILE_BYTES,
} from "./host-context.ts";
import { fileStatOf } from "./host-stat.ts";
import { type Steps, wait } from "./steps.ts";
import { translated } from "./translate-error.ts";

/**
 * An open file of the host. Its descriptor is closed when nothing uses it any more: closed in the midst of a call of another
 * thread's, its number could already mean another file.
 */
export class HostOpenFile implements OpenFile {
  readonly #host: HostContext;
  readonly #fd: number;
  readonly #append: boolean;
  #writtenBytes = 0;
  #users = 0;
  #closed = false;
  #unused: (() => void) | undefined;

  constructor(host: HostContext, fd: number, append: boolean) {
    this.#host = host;
    this.#fd = fd;
    this.#append = append;
  }

  stat(): MaybePromise<FileStat> {
    const { brief, devices } = this.#host;
    return this.#use("fstat", function* (fd) {
      return fileStatOf(yield* wait(brief.fstat(fd)), devices);
    });
  }

  read(buffer: Uint8Array, position: number): MaybePromise<number> {
    const calls = callsFor(this.#host, buffer.byteLength);
    return this.#use("read", function* (fd) {
      return yield* wait(calls.read(fd, buffer, position));
    });
  }

  write(data: Uint8Array, position: number): MaybePromise<number> {
    const calls = callsToWrite(this.#host, data.byteLength, this.#writtenBytes);
    const append = this.#append;
    this.#writtenBytes += data.byteLength;
    return this.#use("write", function* (fd) {
      let written = 0;
      while (written < data.byteLength) {
        const at = append ? null : position + written;
        written += yield* wait(calls.write(fd, data.subarray(written), at));
      }
      return written;
    });
  }

  truncate(size: number): MaybePromise<void> {
    const { brief, long } = this.#host;
    return this.#use("ftruncate", function* (fd) {
      const stats = yield* wait(brief.fstat(fd));
      yield* wait((stats.size - size > LARGE_FILE_BYTES ? long : brief).ftruncate(fd, size));
    });
  }

  chmod(mode: number): MaybePromise<void> {
    return this.#change("fchmod", (fd) => {
      assertPlainMode(mode);
      return this.#host.brief.fchmod(fd, mode);
    });
  }

  chown(uid: number, gid: number): MaybePromise<void> {
    return this.#change("fchown", (fd) => this.#host.brief.fchown(fd, uid, gid));
  }

  utimes(atimeMs: number, mtimeMs: number): MaybePromise<void> {
    return this.#change("futimes", (fd) => this.#host.brief.futimes(fd, atimeMs / 1_000, mtimeMs / 1_000));
  }

  sync(): MaybePromise<void> {
    return this.#use("fsync", (fd) => wait(this.#host.long.fsync(fd)));
  }

  close(): MaybePromise<void> {
    if (this.#closed) return translated("close", undefined, closedError);
    this.#closed = true;
    return this.#users === 0
      ? this.#close()
      : new Promise<void>((resolve) => (this.#unused = resolve)).then(() => this.#close());
  }

  #close(): MaybePromise<void> {
    const host = this.#host;
    const fd = this.#fd;
    const written = this.#writtenBytes;
    return translated("close", undefined, function* () {
      const stats = yield* wait(host.brief.fstat(fd));
      yield* wait(callsToClose(host, stats, written).close(fd));
    });
  }

  #change(syscall: string, act: (fd: number) => MaybePromise<void>): MaybePromise<void> {
    const host = this.#host;
    return this.#use(syscall, function* (fd) {
      assertWritable(host);
      yield* wait(act(fd));
    });
  }

  #use<T>(syscall: string, act: (fd: number) => Steps<T>): MaybePromise<T> {
    if (this.#closed) return translated(syscall, undefined, closedError);
    const answer = translated(syscall, undefined, () => act(this.#fd));
    if (!isPromiseLike(answer)) return answer;
    this.#users += 1;
    return answer.finally(() => {
      this.#users -= 1;
      if (this.#users === 0) this.#unused?.();
    });
  }
}

// biome-ignore lint/correctness/useYield: it is a computation like those that wait
function* closedError(): Steps<never> {
  throw createFileSystemError("EBADF");
}

const SET_ID_BITS = 0o6000;

/**
 * Throws `EPERM` for bits that let whoever runs a file act as its owner: what a guest writes would gain the authority of
 * the host.
 */
export function assertPlainMode(mode: number): void {
  if ((mode & SET_ID_BITS) !== 0) {
    throw createFileSystemError("EPERM", { reason: "set-user-ID and set-group-ID bits are not set for guests" });
  }
}
