import { type SystemCallName, type SystemCallScalar, systemCallTable } from "@vivarium/core";
import { isModuleCall } from "../modules/module-call-names.ts";
import type { CallAnswer } from "./call-answer.ts";
import { CallFailure } from "./call-failure.ts";
import { CallLine } from "./call-line.ts";
import { isOutsideCall, waitsForPeer } from "./outside-calls.ts";
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

type StartCall = (call: QueuedCall) => CallAnswer | Promise<CallAnswer>;

/** Of what calls carry that are under way. */
const CARRIED_MAX_BYTES = 64 * 1024 * 1024;
/** V8 keeps a string with a character beyond Latin-1 so. */
const BYTES_PER_CHARACTER = 2;

/**
 * Reads and writes of standard streams that a guest has under way at a time. Its host stops listening to a cell that has
 * many more, which in a shared one would hold up all its guests.
 */
const MOST_STREAM_CALLS = 64;

/** Calls of host functions that a guest has under way at a time: as many as an embedder's services may have to bear. */
const MOST_MODULE_CALLS = 128;

/** Lookups, connections and the like that a guest has under way at a time: each ends by itself, by a limit of time. */
const MOST_OUTSIDE_CALLS = 256;

/** What a guest has its own cell work on at a time: it takes the processor, not patience. */
const MOST_LOCAL_CALLS = 1;

/**
 * The asynchronous calls of one guest, in order. One at a time is with the host, and the next one starts when the
 * answer has been delivered: no two race each other through a check, and a guest that asks for ten thousand files at
 * once does not fill the host's memory with them. Only what may wait for someone else is in lines of its own, where several
 * are under way: reads and writes of standard streams, calls of host functions, and what lies outside. Calls that wait for a
 * peer are as many as a guest has sockets, and all under way. What the cell itself does is in a line beside them.
 */
export class RequestQueue {
  readonly #start: StartCall;
  readonly #answerOfFailure: (error: unknown, call: QueuedCall) => CallAnswer;
  readonly #calls: CallLine = new CallLine(1);
  readonly #streams: CallLine = new CallLine(MOST_STREAM_CALLS);
  readonly #modules: CallLine = new CallLine(MOST_MODULE_CALLS);
  readonly #outside: CallLine = new CallLine(MOST_OUTSIDE_CALLS);
  readonly #peers: CallLine = new CallLine(Number.POSITIVE_INFINITY);
  readonly #local: CallLine = new CallLine(MOST_LOCAL_CALLS);
  #lines: readonly CallLine[] = [this.#calls, this.#streams, this.#modules, this.#outside, this.#peers, this.#local];
  #carriedBytes = 0;
  #completions: Completion[] = [];
  #wake: (() => void) | undefined;

  /**
   * @param start starts a call; what it answers may come later
   * @param answerOfFailure what a call comes to whose answer has been rejected
   */
  constructor(start: StartCall, answerOfFailure: (error: unknown, call: QueuedCall) => CallAnswer) {
    this.#start = start;
    this.#answerOfFailure = answerOfFailure;
  }

  /** Calls that have not been delivered. */
  get size(): number {
    let size = this.#completions.length;
    for (const line of this.#lines) size += line.size;
    return size;
  }

  /** Accepts a call. Throws `EAGAIN` when those under way carry too much, and this one more. */
  add(call: QueuedCall): void {
    const bytes = carriedBytes(call);
    if (this.#carriedBytes > 0 && this.#carriedBytes + bytes > CARRIED_MAX_BYTES) {
      throw new CallFailure("EAGAIN", `the calls under way carry more than ${CARRIED_MAX_BYTES} bytes`);
    }
    this.#carriedBytes += bytes;
    this.#lineOf(call).push(call);
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

  /** An answer that is there to be delivered: nothing is started for it. */
  get ready(): CallAnswer | undefined {
    return this.#completions[0]?.answer;
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

  /** Wakes whoever waits for an answer, though there may be none. */
  wake(): void {
    const wake = this.#wake;
    this.#wake = undefined;
    wake?.();
  }

  /** Forgets everything; answers that still come are dropped. */
  clear(): void {
    for (const line of this.#lines) line.clear();
    this.#carriedBytes = 0;
    this.#completions = [];
  }

  #lineOf({ name, args }: QueuedCall): CallLine {
    if (isModuleCall(name)) return this.#modules;
    if (systemCallTable[name].place === "cell") return this.#local;
    if (isOutsideCall(name)) return waitsForPeer(name) ? this.#peers : this.#outside;
    return isStreamCall(name, args) ? this.#streams : this.#calls;
  }

  #pump(): void {
    for (const line of this.#lines) {
      while (this.#completions.length === 0) {
        const call = line.take();
        if (call === undefined) break;
        this.#run(call, line);
      }
      if (this.#completions.length === 0) continue;
      // By turns: no line is to wait for the end of another.
      this.#lines = [...this.#lines.filter((other) => other !== line), line];
      return;
    }
  }

  #run(call: QueuedCall, line: CallLine): void {
    const answer = this.#start(call);
    if (!(answer instanceof Promise)) {
      line.over();
      this.#finish(call, answer);
      return;
    }
    const settled = (value: CallAnswer): void => {
      line.over();
      this.#finish(call, value);
      this.wake();
    };
    answer.then(settled, (error: unknown) => settled(this.#answerOfFailure(error, call)));
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
