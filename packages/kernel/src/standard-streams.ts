import type { Diagnostic, FileStat, Limits, StdinSource, StdioEvent, StdioListener } from "@vivarium/core";
import type { Attempt } from "./attempt.ts";
import type { ChildRole } from "./children/child-role.ts";
import type { Steps } from "./maybe-async.ts";
import { StandardInput } from "./standard-input.ts";
import { StandardOutput } from "./standard-output.ts";
import { CallFailure } from "./system-calls/call-failure.ts";
import { type OnDiagnostic, tell } from "./system-calls/report-fault.ts";

export interface StandardStreamsOptions {
  readonly stdin: StdinSource;
  readonly onStdio?: StdioListener;
  /** Takes what is written as bytes, in that one's stead. */
  readonly onOutput?: ChildRole["onOutput"] | undefined;
  readonly limits: Pick<Limits, "outputLimitBytes">;
  /** Which of the three look like a terminal. @default none */
  readonly terminals?: readonly [stdin: boolean, stdout: boolean, stderr: boolean];
  readonly onDiagnostic: OnDiagnostic;
}

const STDIN = 0;
const STDOUT = 1;
const STDERR = 2;
const PIPE_HANDLE = 1;
const TTY_HANDLE = 2;

/** The descriptors 0, 1 and 2 of one guest. */
export class StandardStreams {
  readonly #input: StandardInput;
  readonly #output: StandardOutput;
  readonly #terminals: readonly boolean[];
  readonly #open: Set<number> = new Set([STDIN, STDOUT, STDERR]);

  constructor(options: StandardStreamsOptions) {
    const { onDiagnostic } = options;
    this.#terminals = options.terminals ?? [false, false, false];
    this.#input = new StandardInput(options.stdin, onDiagnostic);
    this.#output = new StandardOutput({
      limitBytes: options.limits.outputLimitBytes,
      onFault: (diagnostic: Diagnostic) => tell(onDiagnostic, diagnostic),
      ...(options.onStdio === undefined ? {} : { onStdio: options.onStdio }),
      ...(options.onOutput === undefined ? {} : { onOutput: options.onOutput }),
    });
  }

  /** Whether a descriptor is one of these and open. */
  has(fd: number): boolean {
    return this.#open.has(fd);
  }

  close(fd: number): void {
    this.#open.delete(fd);
  }

  /** Whether any of them is a terminal. */
  get hasTerminal(): boolean {
    return this.#terminals.includes(true);
  }

  handleType(fd: number): number {
    return this.#terminals[fd] === true ? TTY_HANDLE : PIPE_HANDLE;
  }

  stat(fd: number): FileStat {
    return { ...streamStat, type: this.#terminals[fd] === true ? "character-device" : "fifo", ino: fd + 1 };
  }

  *read(attempt: Attempt, fd: number, length: number): Steps<Uint8Array> {
    if (fd !== STDIN) throw new CallFailure("EBADF");
    return yield* this.#input.read(attempt, length);
  }

  *readRest(attempt: Attempt, fd: number): Steps<Uint8Array> {
    if (fd !== STDIN) throw new CallFailure("EBADF");
    return yield* this.#input.readRest(attempt);
  }

  *write(attempt: Attempt, fd: number, data: Uint8Array): Steps<number> {
    if (fd === STDIN) throw new CallFailure("EBADF");
    yield* this.#output.write(attempt, channelOf(fd), data);
    return data.byteLength;
  }

  /** A promise while the listener has not taken all output. */
  taken(): Promise<void> | undefined {
    return this.#output.taken();
  }

  /** Hands on what is left of incomplete characters, and waits until the listener has taken everything. */
  async finish(): Promise<void> {
    await this.#output.finish();
  }

  /** The guest is gone: nobody reads the input any more. */
  async dispose(): Promise<void> {
    await this.#input.dispose();
  }
}

function channelOf(fd: number): StdioEvent["channel"] {
  return fd === STDERR ? "stderr" : "stdout";
}

const streamStat = {
  mode: 0o600,
  size: 0,
  nlink: 1,
  uid: 0,
  gid: 0,
  dev: 0,
  atimeMs: 0,
  mtimeMs: 0,
  ctimeMs: 0,
  birthtimeMs: 0,
} as const;
