import { TextDecoder } from "node:util";
import { type Diagnostic, isPromiseLike, type StdioEvent, type StdioListener } from "@vivarium/core";
import type { Attempt } from "./attempt.ts";
import type { ChildRole } from "./children/child-role.ts";
import type { Steps } from "./maybe-async.ts";
import { CallFailure, GuestEnded } from "./system-calls/call-failure.ts";
import { reportFault } from "./system-calls/report-fault.ts";

interface StandardOutputOptions {
  readonly limitBytes: number;
  readonly onStdio?: StdioListener;
  /** Takes the bytes as they are, and nobody the text. */
  readonly onOutput?: ChildRole["onOutput"];
  readonly onFault: (diagnostic: Diagnostic) => void;
}

/**
 * What a guest writes to descriptors 1 and 2, as text, in order. A write is answered when the listener has settled; in
 * a cell that cannot wait it is taken at once and handed on in order as soon as the listener is free.
 *
 * A listener that throws or rejects has lost that piece and is told so by a diagnostic (`ERR_STDIO_LISTENER`); output
 * goes on, since a program must not depend on who listens to it.
 */
export class StandardOutput {
  readonly #options: StandardOutputOptions;
  readonly #decoders: Readonly<Record<StdioEvent["channel"], TextDecoder>> = {
    stdout: new TextDecoder("utf-8", { ignoreBOM: true }),
    stderr: new TextDecoder("utf-8", { ignoreBOM: true }),
  };
  /** Settles when everything handed over so far has been taken; absent when it has been. */
  #tail: Promise<void> | undefined;
  #bytes = 0;
  #finished = false;

  constructor(options: StandardOutputOptions) {
    this.#options = options;
  }

  *write(attempt: Attempt, channel: StdioEvent["channel"], data: Uint8Array): Steps<void> {
    const { limitBytes } = this.#options;
    const room = limitBytes - this.#bytes;
    const fits = data.byteLength <= room;
    const taken = fits ? data : data.subarray(0, Math.max(0, room));
    this.#bytes += taken.byteLength;
    const { onOutput } = this.#options;
    const delivered =
      onOutput === undefined
        ? this.#emit(channel, this.#decoders[channel].decode(taken, { stream: true }))
        : this.#inTurn(() => this.#call(channel, () => onOutput(channel, taken)));
    if (!fits) throw new GuestEnded({ kind: "output-limit", code: 1, limitBytes });
    if (attempt.mayWait && delivered !== undefined) yield* attempt.settle(delivered);
  }

  /** A promise while the listener has not taken everything. */
  taken(): Promise<void> | undefined {
    return this.#tail;
  }

  /** Emits what is left of incomplete characters. Idempotent. */
  async finish(): Promise<void> {
    if (!this.#finished) {
      this.#finished = true;
      for (const channel of ["stdout", "stderr"] as const) this.#emit(channel, this.#decoders[channel].decode());
    }
    await this.#tail;
  }

  /** Hands one piece to the listener; a promise when it has to wait, or has been made to wait. */
  #emit(channel: StdioEvent["channel"], message: string): Promise<void> | undefined {
    const { onStdio } = this.#options;
    if (message === "" || onStdio === undefined) return this.#tail;
    return this.#inTurn(() => this.#call(channel, () => onStdio({ channel, message })));
  }

  #inTurn(call: () => Promise<void> | undefined): Promise<void> | undefined {
    const before = this.#tail;
    const mine = before === undefined ? call() : before.then(call);
    if (mine === undefined) return undefined;
    this.#tail = mine;
    const settled = (): void => {
      if (this.#tail === mine) this.#tail = undefined;
    };
    mine.then(settled, settled);
    return mine;
  }

  #call(channel: StdioEvent["channel"], listener: () => unknown): Promise<void> | undefined {
    try {
      const answer: unknown = listener();
      if (!isPromiseLike(answer)) return undefined;
      return Promise.resolve(answer).then(
        () => undefined,
        (cause: unknown) => this.#fault(channel, cause),
      );
    } catch (cause) {
      this.#fault(channel, cause);
      return undefined;
    }
  }

  #fault(channel: StdioEvent["channel"], cause: unknown): void {
    // The guest that reads what this one writes is over, or has enough.
    if (cause instanceof CallFailure && (cause.code === "EPIPE" || cause.code === "ECANCELED")) return;
    reportFault(this.#options.onFault, "ERR_STDIO_LISTENER", { channel }, cause);
  }
}
