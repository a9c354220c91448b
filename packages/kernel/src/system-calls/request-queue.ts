import type { SystemCallName, SystemCallScalar } from "@vivarium/core";
import type { CallAnswer } from "./call-answer.ts";
import { CallFailure } from "./call-failure.ts";
import { isStreamCall } from "./stream-call.ts";

/** An asynchronous call of a guest. */
export interface QueuedCall {
  readonly request: number;
  readonly name: SystemCallName;
  readonly args: readonly SystemCallScalar[];
  readonly input: Uint8Array;
}

/** The answer to an asynchronous call, ready to be delivered. */
export interface Completion {
  readonly request: number;
  readonly answer: CallAnswer;
}

/** Of what calls carry that are under way. */
const CARRIED_MAX_BYTES = 64 * 1024 * 1024;
/** V8 keeps a string with a character beyond Latin-1 so. */
const BYTES_PER_CHARACTER = 2;

/**
 * The asynchronous calls of one guest, in order. One at a time is with the host, and the next one starts when the
 * answer has been delivered: no two race each other through a check, and a guest that asks for ten thousand files at
 * once does not fill the host's memory with them. Only reads and writes of standard streams, which may wait for
 * someone else, go beside the line.
 */
export class RequestQueue {
  readonly #start: (call: QueuedCall) => CallAnswer | Promise<CallAnswer>;
  #waiting: QueuedCall[] = [];
  #head = 0;
  #carriedBytes = 0;
  #completions: Completion[] = [];
  #running = false;
  #beside = 0;
  #wake: (() => void) | undefined;

  constructor(start: (call: QueuedCall) => CallAnswer | Promise<CallAnswer>) {
    this.#start = start;
  }

  /** Calls that have not been delivered. */
  get size(): number {
    return this.#waiting.length - this.#head + (this.#running ? 1 : 0) + this.#beside + this.#completions.length;
  }

  /** Accepts a call. Throws `EAGAIN` when those under way carry too much, and this one more. */
  add(call: QueuedCall): void {
    const bytes = carriedBytes(call);
    if (this.#carriedBytes > 0 && this.#carriedBytes + bytes > CARRIED_MAX_BYTES) {
      throw new CallFailure("EAGAIN", `the calls under way carry more than ${CARRIED_MAX_BYTES} bytes`);
    }
    this.#carriedBytes += bytes;
    this.#waiting.push(call);
  }

  /** Accepts the answer to a call that never got in line. */
  complete(request: number, answer: CallAnswer): void {
    this.#completions.push({ request, answer });
  }

  /** The next answer to deliver, or `undefined` when there is none yet. Starts what can start. */
  next(): Completion | undefined {
    if (this.#completions.length === 0) this.#pump();
    return this.#completions.shift();
  }

  /** Whether an answer is there to be delivered now. Starts what can start. */
  peek(): boolean {
    if (this.#completions.length === 0) this.#pump();
    return this.#completions.length > 0;
  }

  /** Calls `wake` once, when an answer has come. */
  onCompletion(wake: (() => void) | undefined): void {
    this.#wake = wake;
  }

  /** Forgets everything; answers that still come are dropped. */
  clear(): void {
    this.#waiting = [];
    this.#head = 0;
    this.#carriedBytes = 0;
    this.#completions = [];
  }

  #pump(): void {
    while (this.#completions.length === 0) {
      const call = this.#waiting[this.#head];
      if (call === undefined || (this.#running && !isStreamCall(call.name, call.args))) return;
      this.#take();
      this.#run(call, isStreamCall(call.name, call.args));
    }
  }

  #take(): void {
    this.#head += 1;
    if (this.#head < 1_024 && this.#head < this.#waiting.length) return;
    this.#waiting = this.#waiting.slice(this.#head);
    this.#head = 0;
  }

  #run(call: QueuedCall, beside: boolean): void {
    const answer = this.#start(call);
    if (!(answer instanceof Promise)) {
      this.#finish(call, answer);
      return;
    }
    if (beside) this.#beside += 1;
    else this.#running = true;
    const settled = (value: CallAnswer): void => {
      if (beside) this.#beside -= 1;
      else this.#running = false;
      this.#finish(call, value);
      const wake = this.#wake;
      this.#wake = undefined;
      wake?.();
    };
    answer.then(settled, () => settled({ result: -5 }));
  }

  #finish(call: QueuedCall, answer: CallAnswer): void {
    this.#carriedBytes = Math.max(0, this.#carriedBytes - carriedBytes(call));
    this.#completions.push({ request: call.request, answer });
  }
}

function carriedBytes({ args, input }: QueuedCall): number {
  let bytes = input.byteLength;
  for (const argument of args) if (typeof argument === "string") bytes += argument.length * BYTES_PER_CHARACTER;
  return bytes;
}
