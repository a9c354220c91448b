import { EventEmitter } from "node:events";
import type { MessagePort } from "node:worker_threads";
import { ahead, bytesOf, messageOf, THREAD_WORDS, type ThreadWords, weightOf } from "../channel/thread-words.ts";
import type { ChannelEnd } from "../process/channel-end.ts";

interface PortEndEvents {
  data: [chunk: Buffer];
  end: [];
  error: [fault: unknown];
}

/** The host's end of one of the two ports to a worker cell. */
export class PortEnd extends EventEmitter<PortEndEvents> implements ChannelEnd {
  readonly #port: MessagePort;
  readonly #words: ThreadWords;
  readonly #count: SentBytes;
  readonly #wakes: boolean;
  /** What has come while nobody wanted it: no more than a cell may have under way. */
  #held: Buffer[] = [];
  #paused = false;
  #destroyed = false;

  /**
   * @param count the bytes that have gone to the cell, over whichever port
   * @param wakes whether the cell sleeps until it is told of what is written here
   */
  constructor(port: MessagePort, words: ThreadWords, count: SentBytes, wakes: boolean) {
    super();
    this.#port = port;
    this.#words = words;
    this.#count = count;
    this.#wakes = wakes;
    port.on("message", (message: unknown) => this.#take(message));
    port.on("messageerror", (fault) => this.emit("error", fault));
    port.on("close", () => this.emit("end"));
  }

  get writableLength(): number {
    return this.#count.underWay(this.#words);
  }

  get destroyed(): boolean {
    return this.#destroyed;
  }

  write(bytes: Buffer): void {
    const message = messageOf(bytes);
    this.#count.add(message.length);
    this.#port.postMessage(message, [message.buffer]);
    if (!this.#wakes) return;
    Atomics.add(this.#words, THREAD_WORDS.answers, 1);
    Atomics.notify(this.#words, THREAD_WORDS.answers);
  }

  pause(): void {
    this.#paused = true;
  }

  resume(): void {
    this.#paused = false;
    while (!this.#paused) {
      const chunk = this.#held.shift();
      if (chunk === undefined) return;
      this.#hand(chunk);
    }
  }

  ref(): void {
    if (!this.#destroyed) this.#port.ref();
  }

  unref(): void {
    if (!this.#destroyed) this.#port.unref();
  }

  destroy(): void {
    this.#destroyed = true;
    this.#held = [];
    this.#port.close();
  }

  #take(message: unknown): void {
    if (this.#destroyed) return;
    try {
      const chunk = bytesOf(message);
      if (this.#paused || this.#held.length > 0) this.#held.push(chunk);
      else this.#hand(chunk);
    } catch (fault) {
      this.emit("error", fault);
    }
  }

  #hand(chunk: Buffer): void {
    const weight = weightOf(chunk);
    this.emit("data", chunk);
    Atomics.add(this.#words, THREAD_WORDS.takenByHost, weight);
    Atomics.notify(this.#words, THREAD_WORDS.takenByHost);
  }
}

/** The bytes that a host has sent to a cell. */
export class SentBytes {
  #bytes = 0;

  add(bytes: number): void {
    this.#bytes = (this.#bytes + bytes) | 0;
  }

  underWay(words: ThreadWords): number {
    return ahead(this.#bytes, Atomics.load(words, THREAD_WORDS.takenByCell));
  }
}
