import {
  errnoCodeOfError,
  type FileStat,
  type FileSystem,
  FileSystemError,
  guestReason,
  isPromiseLike,
  type MaybePromise,
} from "@vivarium/core";
import { CallFailure } from "../system-calls/call-failure.ts";
import { type OnDiagnostic, reportFault } from "../system-calls/report-fault.ts";
import { DriverAnswerError } from "./driver-answers.ts";

/** Calls what it is given, once and at once, and answers what that does. */
export type Surround = <T>(question: () => T) => T;

/** Methods of a driver that the kernel calls. */
type DriverMethod = Exclude<keyof FileSystem, "name" | "resolved">;

/**
 * An embedder's filesystem, none of whose answers is taken on trust: an answer that the contract does not allow, or a
 * thrown error without a POSIX code, is an `EIO` for the guest and a diagnostic for the embedder.
 */
export class CheckedDriver {
  readonly filesystem: FileSystem;
  readonly name: string;
  /** The method asked last: the one that a guest could not wait for. */
  lastMethod = "";
  /** What surrounds each question of the call that is being served. */
  within: Surround | undefined;
  readonly #onDiagnostic: OnDiagnostic;

  constructor(filesystem: FileSystem, onDiagnostic: OnDiagnostic) {
    this.filesystem = filesystem.resolved ?? filesystem;
    this.name = typeof filesystem.name === "string" ? filesystem.name : "filesystem";
    this.#onDiagnostic = onDiagnostic;
  }

  has(method: DriverMethod): boolean {
    return typeof this.filesystem[method] === "function";
  }

  /** Runs one call into the driver, and checks what comes of it. */
  ask<T>(method: string, call: () => unknown, check: (answer: unknown) => T): MaybePromise<T> {
    this.lastMethod = method;
    let answer: unknown;
    try {
      answer = this.within === undefined ? call() : this.within(call);
      if (!isPromiseLike(answer)) return check(answer);
    } catch (error) {
      throw this.#failure(method, error);
    }
    return this.#later(method, answer, check);
  }

  async #later<T>(method: string, answer: PromiseLike<unknown>, check: (answer: unknown) => T): Promise<T> {
    try {
      return check(await answer);
    } catch (error) {
      throw this.#failure(method, error);
    }
  }

  #failure(method: string, error: unknown): CallFailure {
    if (error instanceof CallFailure) return error;
    const driver = this.name;
    if (error instanceof DriverAnswerError) {
      const { wanted, actual } = error;
      reportFault(this.#onDiagnostic, "ERR_DRIVER_ANSWER", { driver, method, wanted, actual });
      return new CallFailure("EIO");
    }
    const code = errnoCodeOfError(error);
    if (code !== undefined) return new CallFailure(code, reasonOf(error));
    reportFault(this.#onDiagnostic, "ERR_DRIVER_THREW", { driver, method }, error);
    return new CallFailure("EIO");
  }

  /** Tells the embedder that a guest could not wait for this driver. */
  reportAsync(method: string): void {
    reportFault(this.#onDiagnostic, "ERR_DRIVER_ASYNC", { driver: this.name, method });
  }
}

/** What a driver wants its guest to know. The message of an error is not: it may tell of the host. */
function reasonOf(error: unknown): string | undefined {
  return error instanceof FileSystemError ? guestReason(error.reason) : undefined;
}

/** Whether two answers to `stat` mean the same file, as far as the driver tells files apart. */
export function isSameFile(a: FileStat, b: FileStat): boolean {
  return a.ino === b.ino && a.dev === b.dev && a.type === b.type;
}
