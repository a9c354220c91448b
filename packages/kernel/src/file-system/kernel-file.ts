import type { FileStat, OpenFile } from "@vivarium/core";
import type { Attempt } from "../attempt.ts";
import type { Steps } from "../maybe-async.ts";
import type { CheckedDriver } from "./checked-driver.ts";
import { checkCountWithin, checkStat, DriverAnswerError, ignoreAnswer } from "./driver-answers.ts";

/** An open file as the descriptor table holds it. */
export interface KernelFile {
  /** Whether a part can be written without moving the rest: then long content is written in pieces. */
  readonly takesPieces: boolean;
  stat(attempt: Attempt): Steps<FileStat>;
  /** Up to `length` bytes at `position`. */
  read(attempt: Attempt, length: number, position: number): Steps<Uint8Array>;
  /** All that there is to read, where that is no matter of positions. */
  readRest?(attempt: Attempt): Steps<Uint8Array>;
  write(attempt: Attempt, data: Uint8Array, position: number): Steps<number>;
  truncate(attempt: Attempt, size: number): Steps<void>;
  chmod(attempt: Attempt, mode: number): Steps<void>;
  chown(attempt: Attempt, uid: number, gid: number): Steps<void>;
  utimes(attempt: Attempt, atimeMs: number, mtimeMs: number): Steps<void>;
  sync(attempt: Attempt): Steps<void>;
  close(attempt: Attempt): Steps<void>;
}

const methods = ["stat", "read", "write", "truncate", "chmod", "chown", "utimes", "sync", "close"] as const;

/** A file that the driver itself has opened. */
export class DriverFile implements KernelFile {
  readonly takesPieces = true;
  readonly #driver: CheckedDriver;
  readonly #file: OpenFile;

  constructor(driver: CheckedDriver, file: OpenFile) {
    this.#driver = driver;
    this.#file = file;
  }

  /** Checks that a driver's answer to `open` is an open file. */
  static check(answer: unknown): OpenFile {
    const file = answer as { readonly [Name in (typeof methods)[number]]?: unknown } | null;
    if (typeof file !== "object" || file === null) throw new DriverAnswerError("an OpenFile", answer);
    for (const method of methods) {
      if (typeof file[method] !== "function") throw new DriverAnswerError(`an OpenFile with ${method}()`, answer);
    }
    return answer as OpenFile;
  }

  *stat(attempt: Attempt): Steps<FileStat> {
    return yield* attempt.settle(this.#driver.ask("OpenFile.stat", () => this.#file.stat(), checkStat));
  }

  *read(attempt: Attempt, length: number, position: number): Steps<Uint8Array> {
    const buffer = new Uint8Array(length);
    const count = yield* attempt.settle(
      this.#driver.ask(
        "OpenFile.read",
        () => this.#file.read(buffer, position),
        (answer) => checkCountWithin(answer, length),
      ),
    );
    return count === length ? buffer : buffer.subarray(0, count);
  }

  *write(attempt: Attempt, data: Uint8Array, position: number): Steps<number> {
    const { byteLength } = data;
    return yield* attempt.settle(
      this.#driver.ask(
        "OpenFile.write",
        () => this.#file.write(data, position),
        (answer) => checkCountWithin(answer, byteLength),
      ),
    );
  }

  *truncate(attempt: Attempt, size: number): Steps<void> {
    yield* attempt.settle(this.#driver.ask("OpenFile.truncate", () => this.#file.truncate(size), ignoreAnswer));
  }

  *chmod(attempt: Attempt, mode: number): Steps<void> {
    yield* attempt.settle(this.#driver.ask("OpenFile.chmod", () => this.#file.chmod(mode), ignoreAnswer));
  }

  *chown(attempt: Attempt, uid: number, gid: number): Steps<void> {
    yield* attempt.settle(this.#driver.ask("OpenFile.chown", () => this.#file.chown(uid, gid), ignoreAnswer));
  }

  *utimes(attempt: Attempt, atimeMs: number, mtimeMs: number): Steps<void> {
    yield* attempt.settle(this.#driver.ask("OpenFile.utimes", () => this.#file.utimes(atimeMs, mtimeMs), ignoreAnswer));
  }

  *sync(attempt: Attempt): Steps<void> {
    yield* attempt.settle(this.#driver.ask("OpenFile.sync", () => this.#file.sync(), ignoreAnswer));
  }

  *close(attempt: Attempt): Steps<void> {
    yield* attempt.settle(this.#driver.ask("OpenFile.close", () => this.#file.close(), ignoreAnswer));
  }
}
