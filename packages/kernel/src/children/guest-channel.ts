import type { ByteStream, MaybePromise } from "@vivarium/core";
import { CallFailure } from "../system-calls/call-failure.ts";
import { OutputPipe } from "./output-pipe.ts";
import type { StreamRoom } from "./stream-room.ts";

/**
 * So much may have been sent, in bytes, that has not been read: about what a system keeps of a socket. The host holds it for
 * every child and thread of a guest, in both directions.
 */
const MOST_BYTES = 256 * 1024;
/** So much of a connection, in bytes, before who writes waits: there are many of them. */
const HELD_BYTES = 16_384;
/** What is kept of one write at a time, in bytes: as much as a guest reads at once. The rest is counted as what its writer has under way. */
const PIECE_BYTES = 65_536;
/** Streams that were given to the other side and that it has not taken. */
const MOST_GIVEN = 64;

/** A stream that one side has given to the other, and what it has said of it. */
export interface GivenStream {
  readonly stream: GuestChannel;
  readonly note: string;
}

/** One end of what joins two guests: bytes, and more ends of this kind. */
export class GuestChannel implements ByteStream {
  readonly #from: OutputPipe;
  readonly #to: OutputPipe;
  readonly #room: StreamRoom;
  readonly #waits: boolean;
  /** Both ends are over. */
  readonly #onOver: () => void;
  readonly #given: GivenStream[] = [];
  #other: GuestChannel | undefined;
  #isClosed = false;

  private constructor(from: OutputPipe, to: OutputPipe, { room, waits, onOver }: Omit<PairOptions, "pipe">) {
    this.#from = from;
    this.#to = to;
    this.#room = room;
    this.#waits = waits;
    this.#onOver = onOver;
  }

  /** Both ends: what is written to one is read from the other. */
  static pair({ pipe, ...options }: PairOptions): readonly [GuestChannel, GuestChannel] {
    const [there, back] = [pipe(), pipe()];
    const near = new GuestChannel(back, there, options);
    const far = new GuestChannel(there, back, options);
    near.#other = far;
    far.#other = near;
    return [near, far];
  }

  /**
   * Gives one end of a new stream to the other side; answers the other end.
   * @throws {CallFailure} `ECONNRESET` when nobody is there any more; `ENOBUFS` when too many have not been taken; `EMFILE`
   */
  give(note: string): GuestChannel {
    const other = this.#other;
    if (this.#isClosed || other === undefined || other.#isClosed) throw new CallFailure("ECONNRESET");
    if (other.#given.length >= MOST_GIVEN) throw new CallFailure("ENOBUFS");
    const [mine, theirs] = streamPair(this.#room);
    other.#given.push({ stream: theirs, note });
    return mine;
  }

  /** What the other side has given first. */
  take(): GivenStream | undefined {
    return this.#given.shift();
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  read(): MaybePromise<Uint8Array | undefined> {
    return this.#from.read();
  }

  write(bytes: Uint8Array): MaybePromise<void> {
    if (this.#waits && bytes.byteLength > PIECE_BYTES) return this.#writeInPieces(bytes);
    const taken = this.#to.push(bytes);
    return this.#waits ? taken : undefined;
  }

  end(): void {
    this.#to.finish();
  }

  destroy(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#from.destroy();
    this.#to.finish();
    for (const { stream } of this.#given.splice(0)) stream.destroy();
    if (this.#other?.isClosed === true) this.#onOver();
  }

  async #writeInPieces(bytes: Uint8Array): Promise<void> {
    let start = 0;
    for (; bytes.byteLength - start > PIECE_BYTES; start += PIECE_BYTES)
      await this.#to.push(bytes.subarray(start, start + PIECE_BYTES));
    // While the last one is read, who writes brings the next.
    void this.#to.push(bytes.subarray(start));
  }
}

interface PairOptions {
  readonly pipe: () => OutputPipe;
  /** For what is given over it. */
  readonly room: StreamRoom;
  /** Whether who writes waits until it is read. */
  readonly waits: boolean;
  readonly onOver: () => void;
}

/**
 * A channel of messages. Whoever writes does not wait until it is read, as over the channels of Node: a piece for which there
 * is no room fails with `ENOBUFS`, and its writer keeps it for later.
 */
export function channelPair(room: StreamRoom): readonly [GuestChannel, GuestChannel] {
  return GuestChannel.pair({ pipe: () => new OutputPipe(MOST_BYTES), room, waits: false, onOver: () => undefined });
}

/** A connection: whoever writes waits until it is read. @throws {CallFailure} `EMFILE` */
export function streamPair(room: StreamRoom): readonly [GuestChannel, GuestChannel] {
  const onOver = room.take();
  return GuestChannel.pair({ pipe: () => new OutputPipe(undefined, HELD_BYTES), room, waits: true, onOver });
}
