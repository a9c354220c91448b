import type { ByteStream } from "@vivarium/core";
import { KeptThings } from "../modules/kept-things.ts";
import { CallFailure } from "../system-calls/call-failure.ts";
import type { OnDiagnostic } from "../system-calls/report-fault.ts";
import { ChannelStream } from "./channel-stream.ts";
import { HostStream } from "./host-stream.ts";

/** Something that a guest knows by a number, and that ends with it. */
export interface Closable {
  /** Idempotent. */
  close(): void;
}

export interface HostStreamsOptions {
  /** How many a guest may have, listeners among them. */
  readonly limit: number;
  readonly onDiagnostic: OnDiagnostic;
}

/** What one guest has of the outside, by number: byte streams, and what makes them. Closed with its run. */
export class HostStreams {
  readonly #options: HostStreamsOptions;
  readonly #open: KeptThings<Closable>;
  /** How many are being made. */
  #making = 0;
  #isClosed = false;

  constructor(options: HostStreamsOptions) {
    this.#options = options;
    this.#open = new KeptThings(options.limit);
  }

  get size(): number {
    return this.#open.size;
  }

  /**
   * Keeps a stream; answers its number. One that cannot be kept is destroyed.
   * @param driver whose stream it is, in messages to the embedder
   * @throws {CallFailure} `EMFILE`; `ECANCELED` when the run is over
   */
  add(stream: ByteStream, driver = "network"): number {
    return this.keep(new HostStream(stream, driver, this.#options.onDiagnostic));
  }

  /** Keeps the guest's end of a channel to another guest; answers and throws as {@link add} does. */
  addChannel(bytes: ByteStream): number {
    return this.keep(new ChannelStream(bytes, this.#options.onDiagnostic));
  }

  /** Keeps something else; throws as {@link add} does. */
  keep(thing: Closable): number {
    const number = this.#isClosed ? undefined : this.#open.keep(thing);
    if (number !== undefined) return number;
    thing.close();
    if (this.#isClosed) throw new CallFailure("ECANCELED");
    throw new CallFailure("EMFILE", `at most ${this.#options.limit} may be open at once`);
  }

  /** @throws {CallFailure} `EMFILE` when there is no room for one more: to be asked before one is made */
  assertRoom(): void {
    if (this.#open.size + this.#making < this.#options.limit) return;
    throw new CallFailure("EMFILE", `at most ${this.#options.limit} may be open at once`);
  }

  /** What is about to be a stream; it counts as one meanwhile. @throws {CallFailure} `EMFILE`, and what `make` throws */
  async make<T>(make: () => Promise<T>): Promise<T> {
    this.assertRoom();
    this.#making += 1;
    try {
      return await make();
    } finally {
      this.#making -= 1;
    }
  }

  /** A stream. @throws {CallFailure} `EBADF` */
  get(number: number): HostStream {
    return this.find(number, HostStream);
  }

  /** What has this number and is of that kind. @throws {CallFailure} `EBADF` */
  find<Kind extends Closable>(number: number, kind: abstract new (...args: never[]) => Kind): Kind {
    const thing = this.thing(number);
    if (!(thing instanceof kind)) throw new CallFailure("EBADF");
    return thing;
  }

  /** What has this number. @throws {CallFailure} `EBADF` */
  thing(number: number): Closable {
    const thing = this.#open.get(number);
    if (thing === undefined) throw new CallFailure("EBADF");
    return thing;
  }

  /** Nothing happens when there is none. */
  close(number: number): void {
    this.#open.take(number)?.close();
  }

  /** The run is over. */
  closeAll(): void {
    this.#isClosed = true;
    for (const thing of this.#open.takeAll()) thing.close();
  }
}
