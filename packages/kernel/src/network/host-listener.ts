import type { AcceptedConnection, ByteStream, NetworkListener, SocketAddress } from "@vivarium/core";
import { streamPair } from "../children/guest-channel.ts";
import type { StreamRoom } from "../children/stream-room.ts";
import type { Closable } from "../streams/host-streams.ts";
import { CallFailure } from "../system-calls/call-failure.ts";
import { isSocketAddress } from "./checked-network.ts";
import { GateEnd } from "./gate-end.ts";

/** Somebody who has connected. */
export interface Accepted {
  readonly stream: ByteStream;
  readonly remote: SocketAddress;
}

export interface HostListenerOptions {
  readonly local: SocketAddress;
  /** Connections that may wait. */
  readonly backlog: number;
  /** Of `::`: what comes over IPv4 is not for it. @default false */
  readonly onlyV6?: boolean;
  /** Absent of a listener that has no port of the host's machine. */
  readonly real?: NetworkListener;
  readonly onClose: () => void;
}

const MOST_BACKLOG = 511;
/** Where the host connects from, as the guest is told. */
const hostAddress: SocketAddress = { address: "127.0.0.1", family: 4, port: 1 };

/** What a guest listens on: its host can connect to it, and strangers where it has a port of the host's machine. */
export class HostListener implements Closable {
  readonly local: SocketAddress;
  readonly onlyV6: boolean;
  readonly #options: HostListenerOptions;
  readonly #most: number;
  readonly #waiting: Accepted[] = [];
  #taker: PromiseWithResolvers<Accepted> | undefined;
  #room: (() => void) | undefined;
  #isClosed = false;
  readonly #closing: (() => void)[] = [];

  constructor(options: HostListenerOptions) {
    this.#options = options;
    this.local = options.local;
    this.onlyV6 = options.onlyV6 ?? false;
    this.#most = Math.min(Math.max(1, options.backlog), MOST_BACKLOG);
    if (options.real !== undefined) void this.#takeIn(options.real);
  }

  /** The next connection. One at a time. */
  async accept(): Promise<Accepted> {
    if (this.#taker !== undefined) throw new CallFailure("EBUSY");
    const next = this.#waiting.shift();
    this.#room?.();
    if (next !== undefined) return next;
    this.#taker = Promise.withResolvers();
    return await this.#taker.promise;
  }

  get hasWaiting(): boolean {
    return this.#waiting.length > 0;
  }

  /**
   * A connection of the host's to the guest: the host's end of it.
   * @throws {CallFailure} `ECONNREFUSED` when it is closed, or too many wait
   */
  connect(): GateEnd {
    this.#assertOpen();
    const end = new GateEnd();
    this.#arrive({ stream: end.guest, remote: hostAddress });
    return end;
  }

  /** A connection of a guest that has this loopback as well: its end of it. @throws {CallFailure} as {@link connect}, `EMFILE` */
  join(remote: SocketAddress, room: StreamRoom): ByteStream {
    this.#assertOpen();
    const [near, far] = streamPair(room);
    this.#arrive({ stream: far, remote });
    return near;
  }

  /** Calls `listener` once nobody listens any more. */
  onClose(listener: () => void): void {
    if (this.#isClosed) listener();
    else this.#closing.push(listener);
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#options.real?.close();
    for (const { stream } of this.#waiting.splice(0)) stream.destroy();
    this.#taker?.reject(new CallFailure("ECANCELED"));
    this.#room?.();
    this.#options.onClose();
    for (const listener of this.#closing) listener();
  }

  #assertOpen(): void {
    if (this.#isClosed || this.#waiting.length >= this.#most) throw new CallFailure("ECONNREFUSED");
  }

  #arrive(accepted: Accepted): void {
    const taker = this.#taker;
    this.#taker = undefined;
    if (this.#isClosed) accepted.stream.destroy();
    else if (taker === undefined) this.#waiting.push(accepted);
    else taker.resolve(accepted);
  }

  /** Takes no more of strangers than may wait: the rest waits with the system. */
  async #takeIn(real: NetworkListener): Promise<void> {
    try {
      while (!this.#isClosed) {
        const connection = await real.accept();
        if (connection === undefined) break;
        this.#arrive({ stream: connection, remote: remoteOf(connection) });
        while (this.#waiting.length >= this.#most && !this.#isClosed) await this.#roomMade();
      }
    } catch {
      // Nobody can connect any more; whoever has, stays.
      this.#options.real?.close();
    }
  }

  #roomMade(): Promise<void> {
    return new Promise((resolve) => {
      this.#room = resolve;
    });
  }
}

function remoteOf({ remote }: AcceptedConnection): SocketAddress {
  return isSocketAddress(remote) ? remote : { address: "0.0.0.0", family: 4, port: 0 };
}
