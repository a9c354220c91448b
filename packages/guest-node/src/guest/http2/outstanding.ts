import type { AsyncWrap } from "../async-wraps.ts";
import { createOwnQueue, type OwnQueue } from "../own-queue.ts";
import type { Heard, Http2Host } from "./http2-host.ts";

/** Enters the guest. */
type Call = (wrap: AsyncWrap, heard: Heard, args: readonly unknown[]) => void;

interface Question {
  readonly wrap: AsyncWrap;
  readonly callback: Heard;
  readonly begun: number;
}

/** Pings, or settings, that the peer has not acknowledged: in order, and no more than the program allows. */
export class Outstanding {
  readonly #host: Http2Host;
  readonly #provider: string;
  readonly #most: number;
  readonly #questions: OwnQueue<Question> = createOwnQueue<Question>();

  constructor(host: Http2Host, provider: string, most: number) {
    this.#host = host;
    this.#provider = provider;
    this.#most = most;
  }

  /** Whether there is room for one more. */
  get hasRoom(): boolean {
    return this.#questions.length < this.#most;
  }

  add(callback: Heard): void {
    this.#questions.put(this.#begin(callback));
  }

  /** Answers the oldest; whether there was one. */
  answer(isAcknowledged: boolean, rest: unknown, call: Call): boolean {
    const question = this.#questions.take();
    if (question === undefined) return false;
    this.#end(question, isAcknowledged, rest, call);
    return true;
  }

  /** Answers one that there is no room for. */
  refuse(callback: Heard, call: Call): void {
    this.#end(this.#begin(callback), false, undefined, call);
  }

  #begin(callback: Heard): Question {
    const wrap = this.#host.guest.wraps.adopt({ __proto__: null, callback }, this.#provider);
    return { wrap, callback, begun: this.#host.now() };
  }

  #end(question: Question, isAcknowledged: boolean, rest: unknown, call: Call): void {
    const duration = this.#host.now() - question.begun;
    call(question.wrap, question.callback, [isAcknowledged, duration, rest]);
    this.#host.guest.wraps.release(question.wrap);
  }
}
