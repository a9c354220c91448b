import type { Duplex } from "node:stream";
import { NetworkError, type SecureOptions } from "@vivarium/core";
import type { HostCalls } from "@vivarium/kernel";
import { type buildConnector, Pool } from "undici";
import { type MakeSecure, secureConnections } from "./secure-connections.ts";

/** Connections that wait for the next request are closed after so long, in milliseconds. They keep no process alive. */
const KEEP_ALIVE_MS = 4_000;
/** How long a guest may be silent before and within a response, in milliseconds. */
const SILENCE_MS = 300_000;
/** Bytes of the headers of one response. */
const MOST_HEADER_BYTES = 64 * 1024;
/** Connections to one server at a time. */
const MOST_CONNECTIONS = 64;
/** Servers of one guest, and ways to be secure with them, for which connections are kept: the oldest goes. */
const MOST_POOLS = 64;

/** Connections to the servers of one guest, by port and by how they are secure. */
export class ServerPools {
  readonly #guest: HostCalls;
  readonly #pools: Map<string, { readonly port: number; readonly pool: Pool }> = new Map();
  /** Those whose end is waited for. */
  readonly #ports: Set<number> = new Set();

  constructor(guest: HostCalls) {
    this.#guest = guest;
  }

  /**
   * Connections to the server at a port; undefined where there is none.
   *
   * @param secure how TLS is made over them; absent: they are plain
   */
  at(port: number, secure?: SecureOptions): Pool | undefined {
    if (!this.#guest.listensAt(port)) return undefined;
    const key = `${port} ${JSON.stringify(secure)}`;
    const open = this.#pools.get(key);
    if (open !== undefined) return open.pool;
    const pool = this.#open(port, secure && secureConnections(secure));
    this.#pools.set(key, { port, pool });
    const [oldest = key] = this.#pools.keys();
    if (this.#pools.size > MOST_POOLS) this.#close(oldest);
    this.#awaitEnd(port);
    return pool;
  }

  /** The guest is over. */
  destroy(): void {
    for (const { pool } of this.#pools.values()) void pool.destroy();
    this.#pools.clear();
  }

  /** As at the other end: connections that wait for a request end with the server, others with their last. */
  #awaitEnd(port: number): void {
    if (this.#ports.has(port)) return;
    this.#ports.add(port);
    this.#guest.onceUnlistened(port, () => {
      this.#ports.delete(port);
      for (const [key, open] of this.#pools) if (open.port === port) this.#close(key);
    });
  }

  #close(key: string): void {
    const open = this.#pools.get(key);
    this.#pools.delete(key);
    void open?.pool.close().catch(() => undefined);
  }

  #open(port: number, makeSecure: MakeSecure | undefined): Pool {
    return new Pool(`${makeSecure === undefined ? "http" : "https"}://guest:${port}`, {
      connect: (_options, done) => connect({ guest: this.#guest, port, makeSecure }, done),
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
  }
}

type Connected = Parameters<buildConnector.connector>[1];

interface Way {
  readonly guest: HostCalls;
  readonly port: number;
  readonly makeSecure: MakeSecure | undefined;
}

function connect(way: Way, done: Connected): void {
  // Not before undici has seen that it is being connected. Of a socket it uses what every duplex stream has.
  open(way).then(
    (end) => done(null, end as Parameters<Connected>[1] & Duplex),
    (error: Error) => done(error, null),
  );
}

async function open({ guest, port, makeSecure }: Way): Promise<Duplex> {
  const end = guest.connectToGuest(port);
  if (end === undefined) throw new NetworkError("ECONNREFUSED", { syscall: "connect" });
  return makeSecure === undefined ? end : await makeSecure(end);
}
