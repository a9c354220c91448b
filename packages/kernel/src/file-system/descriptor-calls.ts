import { CURRENT_POSITION, type FileStat, type FsOperation } from "@vivarium/core";
import type { Attempt } from "../attempt.ts";
import type { Steps } from "../maybe-async.ts";
import type { StandardStreams } from "../standard-streams.ts";
import type { ContentPiece } from "../system-calls/call-answer.ts";
import { CallFailure } from "../system-calls/call-failure.ts";
import type { HostHandlers } from "../system-calls/host-handlers.ts";
import type { LongAnswer } from "../system-calls/long-answer.ts";
import type { Descriptor } from "./descriptor-table.ts";
import type { GuardedFileSystem } from "./guarded-file-system.ts";
import { requireStat } from "./inspecting-calls.ts";
import { joined } from "./joined-chunks.ts";
import type { KernelFile } from "./kernel-file.ts";
import { openPath } from "./open-file.ts";
import { PIECE_BYTES } from "./piece-bytes.ts";
import { writePieces } from "./write-pieces.ts";

/** A longer read asks first how much there is, so that a guest's number alone reserves no memory. */
const BLIND_READ_MAX_BYTES = 1024 * 1024;
const CHUNK_BYTES = 256 * 1024;
/** An owner or a group of -1 stays as it is, as for `fchown(2)`. */
const UNCHANGED = -1;

type DescriptorCalls = Pick<
  HostHandlers,
  | "fs.fstat"
  | "fs.open"
  | "fs.close"
  | "fs.read"
  | "fs.write"
  | "fs.readRest"
  | "fs.fchmod"
  | "fs.fchown"
  | "fs.futimes"
  | "fs.ftruncate"
  | "fs.fsync"
  | "fs.handleType"
>;

/** Calls on open files. The check was asked when a file was opened; what changes more than content asks again. */
export function createDescriptorCalls(
  system: GuardedFileSystem,
  streams: StandardStreams,
  answer: LongAnswer,
): DescriptorCalls {
  const { descriptors, gate, listings } = system;

  function* permitted(attempt: Attempt, fd: number, op: FsOperation): Steps<KernelFile> {
    const descriptor = descriptors.get(fd);
    yield* gate.demand(attempt, op, descriptor.path);
    return descriptor.attributes;
  }

  return {
    *"fs.open"(attempt, path, flags, mode) {
      return yield* openPath(system, attempt, path, flags, mode);
    },
    *"fs.close"(attempt, fd) {
      if (streams.has(fd)) {
        streams.close(fd);
        return undefined;
      }
      yield* descriptors.remove(fd).file?.close(attempt) ?? nothing();
      return undefined;
    },
    *"fs.fstat"(attempt, fd) {
      if (streams.has(fd)) return system.told(streams.stat(fd));
      return system.told(yield* statOf(system, attempt, descriptors.get(fd)));
    },
    *"fs.read"(attempt, fd, length, position) {
      if (length < 0 || position < CURRENT_POSITION) throw new CallFailure("EINVAL");
      if (streams.has(fd)) return yield* streams.read(attempt, fd, length);
      return yield* readSome(attempt, readable(descriptors.get(fd)), length, position);
    },
    *"fs.readRest"(attempt, fd) {
      if (streams.has(fd)) return yield* streams.readRest(attempt, fd);
      if (listings.has(fd)) return listings.more(fd);
      if (answer.has(fd)) return answer.more(fd);
      return yield* readRest(attempt, readable(descriptors.get(fd)), fd);
    },
    *"fs.write"(attempt, fd, position, data) {
      if (position < CURRENT_POSITION) throw new CallFailure("EINVAL");
      if (streams.has(fd)) return yield* streams.write(attempt, fd, data);
      return yield* writeSome(attempt, descriptors.get(fd), data, position);
    },
    *"fs.ftruncate"(attempt, fd, size) {
      const descriptor = descriptors.get(fd);
      if (!descriptor.flags.write || size < 0) throw new CallFailure("EINVAL");
      yield* (yield* permitted(attempt, fd, "truncate")).truncate(attempt, size);
      return undefined;
    },
    *"fs.fchmod"(attempt, fd, mode) {
      yield* (yield* permitted(attempt, fd, "chmod")).chmod(attempt, mode & 0o7777);
      return undefined;
    },
    *"fs.fchown"(attempt, fd, uid, gid) {
      const file = yield* permitted(attempt, fd, "chown");
      const stat = yield* file.stat(attempt);
      yield* file.chown(attempt, uid === UNCHANGED ? stat.uid : uid, gid === UNCHANGED ? stat.gid : gid);
      return undefined;
    },
    *"fs.futimes"(attempt, fd, atimeMs, mtimeMs) {
      yield* (yield* permitted(attempt, fd, "utimes")).utimes(attempt, atimeMs, mtimeMs);
      return undefined;
    },
    *"fs.fsync"(attempt, fd) {
      if (streams.has(fd)) throw new CallFailure("EINVAL");
      yield* descriptors.get(fd).file?.sync(attempt) ?? nothing();
      return undefined;
    },
    // biome-ignore lint/correctness/useYield: every handler is a computation, whether or not it waits
    *"fs.handleType"(_attempt, fd) {
      if (streams.has(fd)) return streams.handleType(fd);
      return descriptors.has(fd) ? FILE_HANDLE : INVALID_HANDLE;
    },
  };
}

const FILE_HANDLE = 0;
const INVALID_HANDLE = 4;

function* nothing(): Steps<void> {}

function contentOf(descriptor: Descriptor): KernelFile {
  if (descriptor.file === undefined) throw new CallFailure("EISDIR");
  return descriptor.file;
}

export interface OpenContent {
  readonly descriptor: Descriptor;
  readonly file: KernelFile;
}

function readable(descriptor: Descriptor): OpenContent {
  if (!descriptor.flags.read) throw new CallFailure("EBADF");
  return { descriptor, file: contentOf(descriptor) };
}

/** An open file tells about itself; a directory is known by its path, which may have come to mean something else. */
function* statOf(system: GuardedFileSystem, attempt: Attempt, { file, path }: Descriptor): Steps<FileStat> {
  if (file !== undefined) return yield* file.stat(attempt);
  return requireStat(yield* system.reach(attempt, { path, follow: false, op: "stat" }));
}

function* readSome(
  attempt: Attempt,
  { descriptor, file }: OpenContent,
  length: number,
  position: number,
): Steps<Uint8Array> {
  const at = position === CURRENT_POSITION ? descriptor.position : position;
  // Whoever may wait asks again for what is missing.
  let wanted = attempt.mayWait ? Math.min(length, PIECE_BYTES) : length;
  if (wanted > BLIND_READ_MAX_BYTES) {
    const { size } = yield* file.stat(attempt);
    wanted = Math.min(wanted, Math.max(size - at, CHUNK_BYTES));
  }
  if (at > Number.MAX_SAFE_INTEGER) throw new CallFailure("EOVERFLOW");
  if (wanted === 0 || at + wanted > Number.MAX_SAFE_INTEGER) return new Uint8Array(0);
  const bytes = yield* file.read(attempt, wanted, at);
  if (position === CURRENT_POSITION) descriptor.position += bytes.byteLength;
  return bytes;
}

function* readRest(attempt: Attempt, open: OpenContent, fd: number): Steps<Uint8Array | ContentPiece> {
  const { descriptor, file } = open;
  if (file.readRest !== undefined) return yield* file.readRest(attempt);
  if (attempt.mayWait) return yield* readPiece(attempt, open, fd);
  const { size } = yield* file.stat(attempt);
  const chunks: Uint8Array[] = [];
  let total = 0;
  for (;;) {
    // One byte more than expected: a full answer says that there may be more, a short one that this was all.
    const wanted = Math.max(size - descriptor.position + 1, CHUNK_BYTES);
    const bytes = yield* file.read(attempt, wanted, descriptor.position);
    descriptor.position += bytes.byteLength;
    chunks.push(bytes);
    total += bytes.byteLength;
    if (bytes.byteLength < wanted) return joined(chunks, total);
  }
}

/** The next piece of a file, and where to go on when it is not the last. */
export function* readPiece(attempt: Attempt, open: OpenContent, fd: number): Steps<Uint8Array | ContentPiece> {
  const content = yield* readSome(attempt, open, PIECE_BYTES, CURRENT_POSITION);
  return content.byteLength < PIECE_BYTES ? content : { content, more: fd };
}

function* writeSome(attempt: Attempt, descriptor: Descriptor, data: Uint8Array, position: number): Steps<number> {
  if (!descriptor.flags.write) throw new CallFailure("EBADF");
  const file = contentOf(descriptor);
  const at = position === CURRENT_POSITION ? descriptor.position : position;
  if (at + data.byteLength > Number.MAX_SAFE_INTEGER) throw new CallFailure("EFBIG");
  const count = yield* writePieces(attempt, file, data, at);
  if (position === CURRENT_POSITION) {
    descriptor.position = descriptor.flags.append ? (yield* file.stat(attempt)).size : at + count;
  }
  return count;
}
