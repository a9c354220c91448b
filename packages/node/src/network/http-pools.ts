import { createHash } from "node:crypto";
import type { Socket } from "node:net";
import { createSecureContext, type SecureContext } from "node:tls";
import { type CheckedAddress, NetworkError, type SecureOptions, secureContextOptions } from "@vivarium/core";
import { type buildConnector, Pool } from "undici";
import type { NetworkSettings } from "./default-network-options.ts";
import { type DialContext, dial } from "./dial.ts";
import { paced } from "./paced-socket.ts";

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

interface OpenPool {
  readonly pool: Pool;
  /** Under way. */
  requests: number;
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
    open.requests += 1;
    let isOver = false;
    const release = (): void => {
      if (!isOver) open.requests -= 1;
      isOver = true;
    };
    return { pool: open.pool, release };
  }

  #open(target: PoolTarget): OpenPool {
    const key = keyOf(target);
    const open = this.#pools.get(key) ?? this.#create(target);
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
    const pools = [...this.#pools.values()];
    this.#pools.clear();
    await Promise.all(pools.map(({ pool }) => pool.destroy()));
  }

  #create(target: PoolTarget): OpenPool {
    const { idleTimeoutMs } = this.#settings;
    let requests = 0;
    const connect = this.#connectorOf(target);
    const pool = new Pool(target.url.origin, {
      // After a request that was given up undici connects anew, for nobody.
      connect: (options, done) => (requests > 0 ? connect(options, done) : done(new NetworkError("ECANCELED"), null)),
      connections: null,
      pipelining: 1,
      allowH2: false,
      headersTimeout: idleTimeoutMs,
      bodyTimeout: idleTimeoutMs,
      keepAliveTimeout: KEEP_ALIVE_MS,
      keepAliveMaxTimeout: KEEP_ALIVE_MS,
      maxHeaderSize: MOST_HEADER_BYTES,
      strictContentLength: true,
    });
    return {
      pool,
      get requests() {
        return requests;
      },
      set requests(count: number) {
        requests = count;
      },
    };
  }

  #connectorOf({ url, addresses, secure }: PoolTarget): buildConnector.connector {
    const isSecure = url.protocol === "https:";
    const port = url.port === "" ? (isSecure ? 443 : 80) : Number(url.port);
    const hostname = url.hostname.replace(/^\[|\]$/g, "");
    let context: SecureContext | undefined;
    const dialled = async (): Promise<Socket> => {
      if (!isSecure) return await dial({ addresses, port }, this.#context);
      context ??= createSecureContext({ ...secureContextOptions(secure) });
      return await dial({ addresses, port, secure: { hostname, options: secure, context } }, this.#context);
    };
    return (_options, done) => {
      dialled().then(
        (socket) => done(null, paced(socket)),
        (error: Error) => done(error, null),
      );
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
