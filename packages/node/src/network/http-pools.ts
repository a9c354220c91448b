import { createHash } from "node:crypto";
import type { Socket } from "node:net";
import { createSecureContext, type SecureContext } from "node:tls";
import { type CheckedAddress, type SecureOptions, secureContextOptions } from "@vivarium/core";
import type { Pool } from "undici";
import type { NetworkSettings } from "./default-network-options.ts";
import { type DialContext, dial } from "./dial.ts";
import { OpenPool } from "./open-pool.ts";

/** Where requests of one kind go: they may share connections. */
export interface PoolTarget {
  readonly url: URL;
  readonly addresses: readonly CheckedAddress[];
  readonly secure: SecureOptions;
}

/** A pool for one request. */
export interface PoolLease {
  readonly pool: Pool;
  /** Idempotent. */
  readonly release: () => void;
}

/** Pools that are kept; the one that has not been used for longest goes first. */
const MOST_POOLS = 256;
/** How long a connection waits for the next request, in milliseconds. It keeps no process alive. */
const KEEP_ALIVE_MS = 4_000;
/** Bytes of the headers of one response: as many as the guest's library takes. */
const MOST_HEADER_BYTES = 16 * 1024;

/** Connections for HTTP: each is of one origin, one set of addresses and one wish for TLS, and of no other. */
export class HttpPools {
  readonly #context: DialContext;
  readonly #settings: NetworkSettings;
  readonly #pools: Map<string, OpenPool> = new Map();

  constructor(context: DialContext, settings: NetworkSettings) {
    this.#context = context;
    this.#settings = settings;
  }

  /** What one request goes through; it says when it is over. */
  lease(target: PoolTarget): PoolLease {
    const open = this.#open(target);
    return { pool: open.pool, release: open.enter() };
  }

  #open(target: PoolTarget): OpenPool {
    const key = keyOf(target);
    const open = this.#pools.get(key) ?? this.#create(key, target);
    this.#pools.delete(key);
    this.#pools.set(key, open);
    const [oldest] = this.#pools.keys();
    if (this.#pools.size > MOST_POOLS && oldest !== undefined) {
      // It ends when its last request has.
      void this.#pools.get(oldest)?.pool.close();
      this.#pools.delete(oldest);
    }
    return open;
  }

  /** Ends all connections. */
  async destroy(): Promise<void> {
    await Promise.all([...this.#pools.values()].map((open) => open.destroy()));
  }

  #create(key: string, target: PoolTarget): OpenPool {
    const { idleTimeoutMs } = this.#settings;
    const open = new OpenPool({
      origin: target.url.origin,
      pool: {
        connections: null,
        pipelining: 1,
        allowH2: false,
        headersTimeout: idleTimeoutMs,
        bodyTimeout: idleTimeoutMs,
        keepAliveTimeout: KEEP_ALIVE_MS,
        keepAliveMaxTimeout: KEEP_ALIVE_MS,
        maxHeaderSize: MOST_HEADER_BYTES,
        strictContentLength: true,
      },
      dial: this.#dialerOf(target),
      onOver: () => {
        if (this.#pools.get(key) === open) this.#pools.delete(key);
      },
    });
    return open;
  }

  #dialerOf({ url, addresses, secure }: PoolTarget): (signal: AbortSignal) => Promise<Socket> {
    const isSecure = url.protocol === "https:";
    const port = url.port === "" ? (isSecure ? 443 : 80) : Number(url.port);
    const hostname = url.hostname.replace(/^\[|\]$/g, "");
    let context: SecureContext | undefined;
    return async (signal) => {
      if (!isSecure) return await dial({ addresses, port, signal }, this.#context);
      context ??= createSecureContext({ ...secureContextOptions(secure) });
      return await dial({ addresses, port, signal, secure: { hostname, options: secure, context } }, this.#context);
    };
  }
}

/** Certificates of guests are long. */
function keyOf({ url, addresses, secure }: PoolTarget): string {
  const places = addresses.map(({ address, isNamed }) => [address, isNamed]);
  return createHash("sha256")
    .update(JSON.stringify([url.origin, places, secure]))
    .digest("base64");
}
