import type { WriteStream } from "node:tty";
import type { TestResult, TestStatus } from "./test-result.ts";

/** Where a person, or a log, follows a run. */
export type ProgressStream = Pick<WriteStream, "write"> & { readonly isTTY?: boolean; readonly columns?: number };

/** A log has a line for so many files. */
const FILES_OF_A_LINE = 100;

/**
 * Tells how far a run is: each failure in a line of its own, and the counts so far, on a terminal in one last line that is
 * written over again and again.
 */
export class Progress {
  readonly #total: number;
  readonly #stream: ProgressStream;
  readonly #counts: Record<TestStatus, number> = { pass: 0, skip: 0, fail: 0 };

  constructor(total: number, stream: ProgressStream) {
    this.#total = total;
    this.#stream = stream;
  }

  get done(): number {
    return this.#counts.pass + this.#counts.skip + this.#counts.fail;
  }

  tell({ name, status, cause }: TestResult): void {
    this.#counts[status] += 1;
    if (status === "fail") this.#line(`[${this.done}/${this.#total}] ${name}: ${cause}`);
    if (this.#stream.isTTY) this.#stream.write(`${CLEAR}${this.#counted().slice(0, (this.#stream.columns ?? 80) - 1)}`);
    else if (this.done % FILES_OF_A_LINE === 0) this.#line(this.#counted());
  }

  /** The line that is written over is gone. */
  end(): void {
    if (this.#stream.isTTY) this.#stream.write(CLEAR);
  }

  #line(text: string): void {
    this.end();
    this.#stream.write(`${text}\n`);
  }

  #counted(): string {
    const { pass, skip, fail } = this.#counts;
    return `[${this.done}/${this.#total}] ${pass} passed, ${skip} skipped themselves, ${fail} failed`;
  }
}

const CLEAR = "\r\x1b[2K";
