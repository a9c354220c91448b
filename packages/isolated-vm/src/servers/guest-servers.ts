import { NetworkError } from "@vivarium/core";
import type { HostCalls } from "@vivarium/kernel";
import { exchange } from "./exchange.ts";
import { ServerPools } from "./server-pools.ts";

const HTTP_PORT = 80;

/** What the guests of one runtime driver listen on: its host asks them over HTTP, with nothing of a network between. */
export class GuestServers {
  readonly #guests: Map<HostCalls, ServerPools> = new Map();
  readonly #bodyLimitBytes: number;

  /** @param bodyLimitBytes of one response */
  constructor(bodyLimitBytes: number) {
    this.#bodyLimitBytes = bodyLimitBytes;
  }

  /** A guest may listen from here on, until what this answers is called. */
  add(guest: HostCalls): () => void {
    const pools = new ServerPools(guest);
    this.#guests.set(guest, pools);
    return () => {
      this.#guests.delete(guest);
      pools.destroy();
    };
  }

  /** One exchange with whoever listens on the port of the URL. Rejects as `fetch()` does. */
  async fetch(request: Request): Promise<Response> {
    const { protocol, port } = new URL(request.url);
    if (protocol !== "http:") throw failed(new NetworkError("EPROTONOSUPPORT", { reason: "only http: is spoken" }));
    const number = port === "" ? HTTP_PORT : Number(port);
    for (const pools of this.#guests.values()) {
      const pool = pools.at(number);
      if (pool !== undefined) return await exchange(pool, request, this.#bodyLimitBytes).catch(rethrow(request));
    }
    throw failed(
      new NetworkError("ECONNREFUSED", { syscall: "connect", reason: `no guest listens on port ${number}` }),
    );
  }
}

function failed(cause: unknown): TypeError {
  return new TypeError("fetch failed", { cause });
}

/** Whoever has given up hears why they did. */
function rethrow({ signal }: Request): (error: unknown) => never {
  return (error) => {
    throw signal.aborted ? signal.reason : failed(error);
  };
}
