import type { Duplex } from "node:stream";
import { NetworkError } from "@vivarium/core";
import type { HostCalls } from "@vivarium/kernel";
import { type buildConnector, Pool } from "undici";

/** Connections that wait for the next request are closed after so long, in milliseconds. They keep no process alive. */
const KEEP_ALIVE_MS = 4_000;
/** How long a guest may be silent before and within a response, in milliseconds. */
const SILENCE_MS = 300_000;
/** Bytes of the headers of one response. */
const MOST_HEADER_BYTES = 64 * 1024;
/** Connections to one server at a time. */
const MOST_CONNECTIONS = 64;

/** Connections to the servers of one guest, by port. */
export class ServerPools {
  readonly #guest: HostCalls;
  readonly #pools: Map<number, Pool> = new Map();

  constructor(guest: HostCalls) {
    this.#guest = guest;
  }

  /** Connections to the server at a port; undefined where there is none. */
  at(port: number): Pool | undefined {
    if (!this.#guest.listensAt(port)) return undefined;
    const open = this.#pools.get(port);
    if (open !== undefined) return open;
    const pool = new Pool(`http://guest:${port}`, {
      connect: (_options, done) => connect(this.#guest, port, done),
      connections: MOST_CONNECTIONS,
      pipelining: 1,
      allowH2: false,
      headersTimeout: SILENCE_MS,
      bodyTimeout: SILENCE_MS,
      keepAliveTimeout: KEEP_ALIVE_MS,
      keepAliveMaxTimeout: KEEP_ALIVE_MS,
      maxHeaderSize: MOST_HEADER_BYTES,
      strictContentLength: true,
    });
    this.#pools.set(port, pool);
    // As at the other end: connections that wait for a request end with the server, others with their last.
    this.#guest.onceUnlistened(port, () => {
      this.#pools.delete(port);
      void pool.close().catch(() => undefined);
    });
    return pool;
  }

  /** The guest is over. */
  destroy(): void {
    for (const pool of this.#pools.values()) void pool.destroy();
    this.#pools.clear();
  }
}

type Connected = Parameters<buildConnector.connector>[1];

function connect(guest: HostCalls, port: number, done: Connected): void {
  const { end, error } = open(guest, port);
  // Not before undici has seen that it is being connected.
  queueMicrotask(() => {
    // Of a socket undici uses what every duplex stream has.
    if (end === undefined) done(error, null);
    else done(null, end as Parameters<Connected>[1] & Duplex);
  });
}

function open(guest: HostCalls, port: number): { readonly end: Duplex | undefined; readonly error: Error } {
  const refused = new NetworkError("ECONNREFUSED", { syscall: "connect" });
  try {
    return { end: guest.connectToGuest(port), error: refused };
  } catch (error) {
    return { end: undefined, error: error instanceof Error ? error : refused };
  }
}
