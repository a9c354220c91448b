import type { FileStat } from "@vivarium/core";
import type { Attempt } from "../attempt.ts";
import type { Steps } from "../maybe-async.ts";
import { CallFailure } from "../system-calls/call-failure.ts";
import { type CheckedDriver, isSameFile } from "./checked-driver.ts";
import { checkBytes, checkBytesWithin, ignoreAnswer } from "./driver-answers.ts";
import type { FsGate } from "./fs-gate.ts";
import type { KernelFile } from "./kernel-file.ts";
import { resolvePath } from "./resolve-path.ts";

/** A whole file is rewritten to change a part of it; beyond this size that is no honest emulation. */
const WHOLE_FILE_MAX_BYTES = 256 * 1024 * 1024;

/**
 * Stands in for an open file where the driver has none: it works by path, and refuses with `EIO` as soon as that path
 * no longer leads, without any link, to the file that was opened. It cannot outlive a rename or a removal.
 */
export class PathFile implements KernelFile {
  readonly takesPieces: boolean;
  readonly #driver: CheckedDriver;
  readonly #gate: FsGate;
  readonly #path: string;
  readonly #opened: FileStat;
  readonly #append: boolean;

  constructor(driver: CheckedDriver, gate: FsGate, path: string, opened: FileStat, append: boolean) {
    this.takesPieces = driver.filesystem.pwrite !== undefined;
    this.#driver = driver;
    this.#gate = gate;
    this.#path = path;
    this.#opened = opened;
    this.#append = append;
  }

  *stat(attempt: Attempt): Steps<FileStat> {
    return yield* this.#confirm(attempt);
  }

  *read(attempt: Attempt, length: number, position: number): Steps<Uint8Array> {
    yield* this.#confirm(attempt);
    const { filesystem } = this.#driver;
    if (filesystem.pread !== undefined) {
      return yield* attempt.settle(
        this.#driver.ask(
          "pread",
          () => filesystem.pread?.(this.#path, position, length),
          (answer) => checkBytesWithin(answer, length),
        ),
      );
    }
    const content = yield* this.#readWhole(attempt);
    return content.subarray(position, position + length);
  }

  *write(attempt: Attempt, data: Uint8Array, position: number): Steps<number> {
    const stat = yield* this.#confirm(attempt);
    const at = this.#append ? stat.size : position;
    const { filesystem } = this.#driver;
    if (filesystem.pwrite !== undefined) {
      yield* attempt.settle(this.#driver.ask("pwrite", () => filesystem.pwrite?.(this.#path, at, data), ignoreAnswer));
    } else {
      const before = yield* this.#readWhole(attempt);
      const after = resized(before, Math.max(before.byteLength, at + data.byteLength));
      after.set(data, at);
      yield* this.#writeWhole(attempt, after);
    }
    return data.byteLength;
  }

  *truncate(attempt: Attempt, size: number): Steps<void> {
    yield* this.#confirm(attempt);
    const { filesystem } = this.#driver;
    if (filesystem.truncate !== undefined) {
      yield* attempt.settle(this.#driver.ask("truncate", () => filesystem.truncate?.(this.#path, size), ignoreAnswer));
    } else yield* this.#writeWhole(attempt, resized(yield* this.#readWhole(attempt), size));
  }

  *chmod(attempt: Attempt, mode: number): Steps<void> {
    yield* this.#confirm(attempt);
    const { filesystem } = this.#driver;
    if (filesystem.chmod === undefined) throw new CallFailure("ENOSYS");
    yield* attempt.settle(this.#driver.ask("chmod", () => filesystem.chmod?.(this.#path, mode), ignoreAnswer));
  }

  *chown(attempt: Attempt, uid: number, gid: number): Steps<void> {
    yield* this.#confirm(attempt);
    const { filesystem } = this.#driver;
    if (filesystem.chown === undefined) throw new CallFailure("ENOSYS");
    yield* attempt.settle(this.#driver.ask("chown", () => filesystem.chown?.(this.#path, uid, gid), ignoreAnswer));
  }

  *utimes(attempt: Attempt, atimeMs: number, mtimeMs: number): Steps<void> {
    yield* this.#confirm(attempt);
    const { filesystem } = this.#driver;
    if (filesystem.utimes === undefined) throw new CallFailure("ENOSYS");
    yield* attempt.settle(
      this.#driver.ask("utimes", () => filesystem.utimes?.(this.#path, atimeMs, mtimeMs), ignoreAnswer),
    );
  }

  *sync(attempt: Attempt): Steps<void> {
    yield* this.#confirm(attempt);
  }

  *close(): Steps<void> {}

  *#confirm(attempt: Attempt): Steps<FileStat> {
    const target = yield* resolvePath(this.#driver, this.#gate, attempt, {
      cwd: "/",
      path: this.#path,
      follow: false,
      op: "stat",
      guarded: false,
    });
    if (target.path !== this.#path || target.stat === undefined || !isSameFile(target.stat, this.#opened)) {
      throw new CallFailure("EIO");
    }
    return target.stat;
  }

  *#readWhole(attempt: Attempt): Steps<Uint8Array> {
    const { filesystem } = this.#driver;
    return yield* attempt.settle(this.#driver.ask("readFile", () => filesystem.readFile(this.#path), checkBytes));
  }

  *#writeWhole(attempt: Attempt, content: Uint8Array): Steps<void> {
    const { filesystem } = this.#driver;
    yield* attempt.settle(
      this.#driver.ask("writeFile", () => filesystem.writeFile(this.#path, content, { parents: false }), ignoreAnswer),
    );
  }
}

function resized(content: Uint8Array, size: number): Uint8Array {
  if (size > WHOLE_FILE_MAX_BYTES) throw new CallFailure("EFBIG");
  const copy = new Uint8Array(size);
  copy.set(content.subarray(0, size));
  return copy;
}
