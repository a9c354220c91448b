import type { Socket } from "node:net";
import { NetworkError } from "@vivarium/core";
import { Pool } from "undici";
import { paced } from "./paced-socket.ts";

export interface OpenPoolOptions {
  readonly origin: string;
  readonly pool: Pool.Options;
  /** Makes a connection; gives up when the signal fires. */
  readonly dial: (signal: AbortSignal) => Promise<Socket>;
  /** Nobody is to be given this pool any more. */
  readonly onOver: () => void;
}

/** A pool, and who uses it. Where the last of them leaves while it is still connecting, nothing of that is left. */
export class OpenPool {
  readonly pool: Pool;
  readonly #options: OpenPoolOptions;
  readonly #over: AbortController = new AbortController();
  #requests = 0;
  #dials = 0;

  constructor(options: OpenPoolOptions) {
    this.#options = options;
    this.pool = new Pool(options.origin, {
      ...options.pool,
      connect: (_options, done) => {
        this.#connect().then(
          (socket) => done(null, socket),
          (error: Error) => done(error, null),
        );
      },
    });
  }

  /** One more request; what it answers is called when that is over, and is idempotent. */
  enter(): () => void {
    this.#requests += 1;
    let isOver = false;
    return () => {
      if (isOver) return;
      isOver = true;
      this.#requests -= 1;
      if (this.#requests === 0 && this.#dials > 0) void this.destroy();
    };
  }

  /** Ends all connections, and those that are being made. */
  async destroy(): Promise<void> {
    this.#options.onOver();
    this.#over.abort();
    await this.pool.destroy();
  }

  async #connect(): Promise<Socket> {
    // After a request that was given up undici connects anew, for nobody.
    if (this.#requests === 0) throw new NetworkError("ECANCELED");
    this.#dials += 1;
    try {
      return paced(await this.#options.dial(this.#over.signal));
    } finally {
      this.#dials -= 1;
    }
  }
}
