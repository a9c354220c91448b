import { errnoOf, type SystemCallScalar } from "@vivarium/core";
import type { CallAnswer, HostCallName, HostPort } from "@vivarium/kernel";
import { decodeCallAnswer, isWithdrawal } from "../channel/call-answer-wire.ts";
import { encodeCellMessage } from "../channel/cell-message.ts";
import { frameLimitFor, WireError } from "../channel/protocol.ts";
import type { WireWriter } from "../channel/wire-writer.ts";
import { withOwnPayload } from "../own-payload.ts";

const MAX_REQUEST = 0xffff_ffff;

/** What one thread writes frames to and reads frames from, synchronously. */
export interface FrameDescriptor {
  /** Writes all of it, or ends the cell. */
  write(bytes: Uint8Array): void;
  /** Takes a copy of a frame, and writes it before anything else and before this thread turns to its event loop. */
  writeSoon(frame: Uint8Array): void;
  /**
   * Writes all of it, waits for one frame, and answers its body, which is valid until the next call. When it fails
   * between the two, the cell ends: the answer would be taken for that of the next question.
   */
  exchange(bytes: Uint8Array): Buffer;
  /** One frame that is there already or on its way; undefined when there is none. Valid until the next call. */
  poll(): Buffer | undefined;
  /** Waits for one more frame. */
  next(): Buffer;
}

export interface ChannelHostPortOptions {
  readonly descriptor: FrameDescriptor;
  readonly writer: WireWriter;
  /** The run's number in the channel. */
  readonly run: number;
  /** Of the guest, in MiB. */
  readonly memoryLimit: number;
  /** The guest is about to wait for an answer. */
  readonly onWait?: () => void;
}

/** The host's calls for one run, over the channel. Its requests have numbers of their own: a guest's are the guest's matter. */
export class ChannelHostPort implements HostPort {
  readonly #options: ChannelHostPortOptions;
  readonly #frameLimit: number;
  readonly #tooLarge: CallAnswer;
  readonly #pending: Map<number, (answer: CallAnswer) => void> = new Map();
  #lastRequest = 0;
  #isWithdrawn = false;

  constructor(options: ChannelHostPortOptions) {
    this.#options = options;
    this.#frameLimit = frameLimitFor(options.memoryLimit);
    const reason = `no call to the host carries more than ${this.#frameLimit} bytes`;
    this.#tooLarge = { result: errnoOf("EFBIG"), reason };
  }

  /** Whether the host has taken the replica back that this run began with. */
  isWithdrawn(): boolean {
    const body = this.#isWithdrawn ? undefined : this.#options.descriptor.poll();
    if (body !== undefined) this.#takeWithdrawal(body);
    return this.#isWithdrawn;
  }

  /** Blocks this thread until the host has answered. */
  call(name: HostCallName, args: readonly SystemCallScalar[], input: Uint8Array): CallAnswer {
    const frame = this.#frame(name, 0, args, input);
    if (frame === undefined) return this.#tooLarge;
    const { descriptor, onWait } = this.#options;
    onWait?.();
    let body = descriptor.exchange(frame);
    while (isWithdrawal(body)) {
      this.#isWithdrawn = true;
      body = descriptor.next();
    }
    // A copy: the frame is overwritten by the next one, and the payload may lie in it until the guest fetches it.
    return withOwnPayload(decodeCallAnswer(body));
  }

  request(name: HostCallName, args: readonly SystemCallScalar[], input: Uint8Array): CallAnswer | Promise<CallAnswer> {
    this.#lastRequest = this.#lastRequest === MAX_REQUEST ? 1 : this.#lastRequest + 1;
    const request = this.#lastRequest;
    const frame = this.#frame(name, request, args, input);
    if (frame === undefined) return this.#tooLarge;
    // Before it is sent: should anything fail from there on, the cell ends.
    const { promise, resolve } = Promise.withResolvers<CallAnswer>();
    this.#pending.set(request, resolve);
    this.#options.descriptor.writeSoon(frame);
    return promise;
  }

  /** The host has answered a request. An answer to what nobody has asked for is dropped. */
  complete(request: number, answer: CallAnswer): void {
    const resolve = this.#pending.get(request);
    this.#pending.delete(request);
    resolve?.(withOwnPayload(answer));
  }

  #takeWithdrawal(body: Buffer): void {
    if (!isWithdrawal(body)) throw new WireError("An answer has come to no question");
    this.#isWithdrawn = true;
  }

  /** Undefined when it is longer than a guest's messages may be. */
  #frame(
    name: HostCallName,
    request: number,
    args: readonly SystemCallScalar[],
    input: Uint8Array,
  ): Uint8Array | undefined {
    const { writer, run } = this.#options;
    const frame = encodeCellMessage(writer, { kind: "call", name, request, args, input }, run);
    return frame.length > this.#frameLimit ? undefined : frame;
  }
}
