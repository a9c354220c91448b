import { type MessagePort, receiveMessageOnPort } from "node:worker_threads";
import { FRAME_HEADER_BYTES, MAX_FRAME_BYTES, WireError } from "../channel/protocol.ts";
import {
  ahead,
  bytesOf,
  MOST_UNDER_WAY,
  messageOf,
  THREAD_WORDS,
  type ThreadWords,
  weightOf,
} from "../channel/thread-words.ts";
import { AllOrLeave } from "./all-or-leave.ts";
import type { FrameDescriptor } from "./channel-host-port.ts";
import { GatheredFrames } from "./gathered-frames.ts";

export interface ThreadDescriptorOptions {
  readonly port: MessagePort;
  readonly words: ThreadWords;
  /** Ends the cell: a frame has been left halfway, and nothing that was asked for can be answered any more. */
  readonly leave: () => never;
}

/** The calls of a worker cell: frames go to the host's event loop, and the thread sleeps until their answers come. */
export class ThreadDescriptor implements FrameDescriptor {
  readonly #options: ThreadDescriptorOptions;
  readonly #leave: () => never;
  #sent = 0;
  /** Answers that have been read; there is one more when the word says so. */
  #answers = 0;
  readonly #whole: AllOrLeave;
  readonly #gathered: GatheredFrames = new GatheredFrames((bytes) => this.#whole.do(() => this.#write(bytes)));

  constructor(options: ThreadDescriptorOptions) {
    this.#options = options;
    this.#leave = options.leave;
    this.#whole = new AllOrLeave(options.leave);
  }

  write(bytes: Uint8Array): void {
    this.#gathered.flush();
    this.#whole.do(() => this.#write(bytes));
  }

  writeSoon(frame: Uint8Array): void {
    this.#gathered.add(frame);
  }

  exchange(bytes: Uint8Array): Buffer {
    this.#gathered.flush();
    return this.#whole.do(() => {
      this.#write(bytes);
      return this.#read();
    });
  }

  poll(): Buffer | undefined {
    return Atomics.load(this.#options.words, THREAD_WORDS.answers) === this.#answers ? undefined : this.next();
  }

  next(): Buffer {
    return this.#whole.do(() => this.#read());
  }

  #write(bytes: Uint8Array): void {
    const { port, words } = this.#options;
    if (Atomics.load(words, THREAD_WORDS.ending) !== 0) this.#leave();
    const message = messageOf(bytes);
    this.#sent = (this.#sent + weightOf(message)) | 0;
    port.postMessage(message, [message.buffer]);
    for (;;) {
      const taken = Atomics.load(words, THREAD_WORDS.takenByHost);
      if (ahead(this.#sent, taken) <= MOST_UNDER_WAY) return;
      Atomics.wait(words, THREAD_WORDS.takenByHost, taken);
    }
  }

  #read(): Buffer {
    const { port, words } = this.#options;
    for (;;) {
      Atomics.wait(words, THREAD_WORDS.answers, this.#answers);
      const received = receiveMessageOnPort(port);
      if (received === undefined) continue;
      this.#answers = (this.#answers + 1) | 0;
      return this.#bodyOf(bytesOf(received.message));
    }
  }

  #bodyOf(frame: Buffer): Buffer {
    const body = frame.subarray(FRAME_HEADER_BYTES);
    if (body.length === 0 || body.length > MAX_FRAME_BYTES || frame.readUInt32LE(0) !== body.length) {
      throw new WireError("A frame has no admissible length");
    }
    Atomics.add(this.#options.words, THREAD_WORDS.takenByCell, frame.length);
    return body;
  }
}
