import type { CallAnswer } from "@vivarium/kernel";
import { type Addressed, NO_RUN } from "../channel/addressed.ts";
import { encodeCallAnswer, encodeWithdrawal } from "../channel/call-answer-wire.ts";
import { FrameAssembler } from "../channel/frame-assembler.ts";
import { encodeHostMessage, type HostMessage } from "../channel/host-message.ts";
import { IDLE_FRAME_BYTES } from "../channel/protocol.ts";
import { wakefulUs } from "../channel/wakefulness.ts";
import { WireWriter } from "../channel/wire-writer.ts";
import type { ChannelEnd } from "./channel-end.ts";
import { stayAwake } from "./stay-awake.ts";

/** How long frames of one cell may occupy the host in one turn of its event loop, in milliseconds. */
const SLICE_MS = 5;

/** Completions that may wait to be sent with others, and their bytes: a guest that hears of more at once makes more at once of it. */
const MOST_GATHERED = 8;
const GATHERED_BYTES = 64 * 1024;

/** As much counts an answer that waits to be taken, in bytes, beside its own: a cell that reads has one at a time. */
const ANSWER_BYTES = 1024 * 1024;

export interface CellChannelEvents {
  onFrame(body: Buffer): void;
  /** The channel is of no use any more; `fault`: what the cell has said that it may not. */
  onBroken(fault?: unknown): void;
}

/** The host's end of a cell's channel. What is sent before it is connected waits. */
export class CellChannel {
  readonly #events: CellChannelEvents;
  readonly #assembler: FrameAssembler = new FrameAssembler(IDLE_FRAME_BYTES);
  readonly #writer: WireWriter = new WireWriter();
  #calls: ChannelEnd | undefined;
  #messages: ChannelEnd | undefined;
  #unsent: Addressed<HostMessage>[] = [];
  /** Completions that go together at the end of this turn of the event loop: to wake a cell takes longer than to tell it. */
  #gathered: Buffer[] = [];
  #gatheredBytes = 0;
  #gatheredTurn: NodeJS.Immediate | undefined;
  /** Whether what is gathered is sent before the event loop goes on. */
  #isSentNext = false;
  #alive = true;
  /** Before there was a connection. */
  #isWithdrawn = false;
  #paused = false;
  #broken = false;
  /** To calls of this run. */
  #answers = 0;
  /** Of these, how many the cell may not have taken. */
  #untaken = 0;
  #later: NodeJS.Immediate | undefined;
  /** When the host has to turn to something else; absent while nothing of this cell's has come in this turn. */
  #until: number | undefined;
  #nextTurn: NodeJS.Immediate | undefined;

  constructor(events: CellChannelEvents) {
    this.#events = events;
  }

  get backlog(): number {
    const answers = this.#calls?.writableLength ?? 0;
    const untaken = answers === 0 ? 0 : this.#untaken * ANSWER_BYTES;
    return (this.#messages?.writableLength ?? 0) + this.#gatheredBytes + answers + untaken;
  }

  get frameLimit(): number {
    return this.#assembler.limit;
  }

  set frameLimit(bytes: number) {
    this.#assembler.limit = bytes;
  }

  /** From here on frames come and go. What has been read of `calls` already is `first`. */
  connect(calls: ChannelEnd, messages: ChannelEnd, first?: Buffer): void {
    this.#calls = calls;
    this.#messages = messages;
    this.keepAlive(this.#alive);
    // An end that breaks off shows as the process's death, which is reported once.
    for (const end of [calls, messages]) end.on("error", () => this.#events.onBroken());
    calls.on("end", () => this.#events.onBroken());
    calls.on("data", (chunk: Buffer) => {
      this.#assembler.push(chunk);
      this.#drain();
    });
    if (this.#isWithdrawn) this.withdrawReplica();
    for (const { run, message } of this.#unsent.splice(0)) this.send(message, run);
    if (first !== undefined) this.#assembler.push(first);
    if (!this.#paused) this.resume();
  }

  send(message: HostMessage, run: number = NO_RUN): void {
    if (message.kind === "execute") this.#answers = 0;
    if (this.#messages === undefined) {
      this.#unsent.push({ run, message });
      return;
    }
    if (this.#messages.destroyed) return;
    const frame = Buffer.from(encodeHostMessage(this.#writer, message, run));
    this.#gathered.push(frame);
    this.#gatheredBytes += frame.byteLength;
    const isMuch = this.#gathered.length >= MOST_GATHERED || this.#gatheredBytes > GATHERED_BYTES;
    if (isMuch) this.#sendGathered();
    else if (mayBeGathered(message)) this.#gatheredTurn ??= setImmediate(() => this.#sendGathered());
    else if (message.kind === "invoke") this.#sendNext();
    else this.#sendGathered();
  }

  /** Once whoever calls now has made the calls that he makes at once. */
  #sendNext(): void {
    if (this.#isSentNext) return;
    this.#isSentNext = true;
    process.nextTick(() => {
      this.#isSentNext = false;
      this.#sendGathered();
    });
  }

  /** In the order in which they were said. */
  #sendGathered(): void {
    clearImmediate(this.#gatheredTurn);
    this.#gatheredTurn = undefined;
    const [first, ...others] = this.#gathered;
    this.#gathered = [];
    this.#gatheredBytes = 0;
    if (first === undefined || this.#messages?.destroyed !== false) return;
    this.#messages.write(others.length === 0 ? first : Buffer.concat([first, ...others]));
  }

  answer(answer: CallAnswer): void {
    if (this.#calls?.destroyed !== false) return;
    this.#untaken = this.#calls.writableLength === 0 ? 1 : this.#untaken + 1;
    this.#calls.write(Buffer.from(encodeCallAnswer(this.#writer, answer)));
    this.#answers += 1;
    stayAwake(wakefulUs(this.#answers));
  }

  withdrawReplica(): void {
    if (this.#calls === undefined) this.#isWithdrawn = true;
    else if (!this.#calls.destroyed) this.#calls.write(Buffer.from(encodeWithdrawal(this.#writer)));
  }

  pause(): void {
    this.#paused = true;
    clearImmediate(this.#later);
    this.#calls?.pause();
  }

  resume(): void {
    this.#paused = false;
    this.#drain();
    if (!this.#paused) this.#calls?.resume();
  }

  keepAlive(alive: boolean): void {
    this.#alive = alive;
    for (const end of [this.#calls, this.#messages]) {
      // One that is closed would remember each for when it is connected.
      if (end?.destroyed === false) alive ? end.ref() : end.unref();
    }
  }

  /** Takes nothing more of what has arrived. */
  break(): void {
    this.#broken = true;
  }

  close(): void {
    clearImmediate(this.#later);
    clearImmediate(this.#nextTurn);
    clearImmediate(this.#gatheredTurn);
    this.#calls?.destroy();
    this.#messages?.destroy();
  }

  /** Hands over what has arrived, for a short while; a cell that sends more waits for the host's other work. */
  #drain(): void {
    const until = this.#until ?? this.#beginSlice();
    try {
      while (!this.#paused && !this.#broken) {
        const body = this.#assembler.next();
        if (body === undefined) return;
        this.#events.onFrame(body);
        // Not when whoever took the frame has had enough: the next turn would go on all the same.
        if (!this.#paused && performance.now() > until) this.#yield();
      }
    } catch (error) {
      this.#events.onBroken(error);
    }
  }

  /** A stream gives up to 32 chunks in one turn: what they take counts together. */
  #beginSlice(): number {
    this.#until = performance.now() + SLICE_MS;
    this.#nextTurn = setImmediate(() => {
      this.#until = undefined;
    });
    return this.#until;
  }

  #yield(): void {
    this.pause();
    this.#later = setImmediate(() => this.resume());
  }
}

/**
 * What a guest does not wait for by itself, or waits for with others: bytes, that bytes have been taken, and requests that come
 * beside them. Something new that it has asked for, such as a connection, goes at once: guests begin much when they hear of it.
 */
function mayBeGathered(message: HostMessage): boolean {
  if (message.kind === "invoke") return message.invocation.target.kind === "request";
  if (message.kind === "completion") return message.answer.payload !== undefined || message.answer.result === 0;
  return message.kind === "cancel";
}
