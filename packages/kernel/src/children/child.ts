import {
  type ByteStream,
  type ChildEnd,
  type CommandRequest,
  type CommandResult,
  errnoOf,
  isPromiseLike,
  type MaybePromise,
} from "@vivarium/core";
import { streamFailure } from "../streams/stream-failure.ts";
import { CallFailure } from "../system-calls/call-failure.ts";
import type { OnDiagnostic } from "../system-calls/report-fault.ts";
import type { ChildInput, ChildOutput } from "./child-streams.ts";
import { readCommandResult } from "./command-answers.ts";
import { isHarmless, nameOfSignal } from "./signal-names.ts";

/** What of a request the kernel makes itself. */
type OwnParts = "stdin" | "signal" | "onStdout" | "onStderr" | "onSignal";

export interface ChildOptions {
  readonly request: Omit<CommandRequest, OwnParts>;
  readonly run: (request: CommandRequest, channel?: ByteStream) => MaybePromise<CommandResult>;
  /** Its end of a channel to its parent, which hears by it that the child is over, whether or not that had begun. */
  readonly channel?: ByteStream | undefined;
  readonly input: ChildInput;
  readonly outputs: readonly [stdout: ChildOutput, stderr: ChildOutput];
  /** Whose `run` it is, in messages to the embedder. */
  readonly driver: string;
  readonly onDiagnostic: OnDiagnostic;
}

/** What a guest hears of a limit that its child has run into. */
const limitErrors = { output: "ENOBUFS", time: "ETIMEDOUT", processes: "EAGAIN" } as const;
const limitReasons = {
  output: "Killed: it has written more than a command may",
  time: "Killed: it has taken longer than a command may",
  processes: "Killed: it has started more processes than a command may",
} as const;

/** One child of a guest, from its start to its end. */
export class Child {
  /** Never rejects. */
  readonly ended: Promise<ChildEnd>;
  readonly #options: ChildOptions;
  readonly #abort: AbortController = new AbortController();
  #listener: ((signal: string) => void) | undefined;
  #killedBy: string | undefined;
  #isOver = false;

  /** Starts it. Throws when that fails at once. */
  constructor(options: ChildOptions) {
    this.#options = options;
    const { request, run, input, outputs, channel } = options;
    const [stdout, stderr] = outputs;
    const answer = this.#attempt(() => {
      const given: CommandRequest = {
        ...request,
        stdin: input,
        signal: this.#abort.signal,
        onStdout: (chunk) => stdout.write(chunk),
        onStderr: (chunk) => stderr.write(chunk),
        onSignal: (listener) => {
          this.#listener = listener;
        },
      };
      return run(given, channel);
    });
    this.ended = this.#follow(answer);
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  /** @throws {CallFailure} `ESRCH` when it is over, `EINVAL` for a number that is no signal's */
  kill(signal: number): void {
    if (this.#isOver) throw new CallFailure("ESRCH");
    if (signal === 0) return;
    const name = nameOfSignal(signal);
    if (name === undefined) throw new CallFailure("EINVAL");
    if (this.#listener !== undefined && name !== "SIGKILL") this.#listener(name);
    else if (!isHarmless(name)) this.end(name);
  }

  /** Ends it, and all that it has started. Idempotent. */
  end(signal = "SIGKILL"): void {
    if (this.#isOver) return;
    this.#killedBy ??= signal;
    this.#abort.abort();
  }

  async #follow(answer: MaybePromise<CommandResult>): Promise<ChildEnd> {
    const { input, outputs, channel } = this.#options;
    const [stdout, stderr] = outputs;
    const end = await this.#endOf(answer);
    this.#isOver = true;
    input.close();
    channel?.destroy();
    stdout.finish();
    // As a shell would say it: the library knows a signal alone.
    if (end.error !== undefined && end.reason !== undefined && end.signal !== null)
      writeLast(stderr, `${end.reason}\n`);
    stderr.finish();
    return end;
  }

  async #endOf(answer: MaybePromise<CommandResult>): Promise<ChildEnd> {
    try {
      const given: unknown = isPromiseLike(answer) ? await this.#settled(answer) : answer;
      const { code, signal, limit } = readCommandResult(given, this.#options);
      const end = this.#killedBy === undefined ? { code, signal } : { code: null, signal: this.#killedBy };
      return limit === undefined ? end : { ...end, error: errnoOf(limitErrors[limit]), reason: limitReasons[limit] };
    } catch (error) {
      if (!(error instanceof CallFailure)) throw error;
      const { code, reason } = error;
      return { code: null, signal: null, error: errnoOf(code), ...(reason !== undefined && { reason }) };
    }
  }

  async #settled(answer: PromiseLike<CommandResult>): Promise<CommandResult> {
    try {
      return await answer;
    } catch (error) {
      throw this.#failure(error);
    }
  }

  #attempt<T>(action: () => T): T {
    try {
      return action();
    } catch (error) {
      throw this.#failure(error);
    }
  }

  #failure(error: unknown): CallFailure {
    const { driver, onDiagnostic } = this.#options;
    return streamFailure(error, { driver, method: "run", onDiagnostic });
  }
}

function writeLast(output: ChildOutput, text: string): void {
  try {
    const written = output.write(new TextEncoder().encode(text));
    if (isPromiseLike(written)) written.then(undefined, () => undefined);
  } catch {
    // Nobody reads it.
  }
}
