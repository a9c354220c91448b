import { isIP } from "node:net";
import { type LoadedGuest, NetworkError, type RequestBounds, type SecureOptions } from "@vivarium/core";
import type { HostCalls } from "@vivarium/kernel";
import type { Pool } from "undici";
import { exchange } from "./exchange.ts";
import { RequestTime } from "./request-time.ts";
import { ServerPools } from "./server-pools.ts";

const HTTP_PORT = 80;
const HTTPS_PORT = 443;

/** A guest that may listen. */
interface ServingGuest {
  readonly pools: ServerPools;
  /** CPU time that a request may use where nothing is said, in milliseconds. */
  readonly cpuTimeLimitMs: number;
  /** Once it stays. */
  loaded: LoadedGuest | undefined;
}

/** What the guests of one runtime driver listen on: its host asks them over HTTP, with nothing of a network between. */
export class GuestServers {
  readonly #guests: Map<HostCalls, ServingGuest> = new Map();
  readonly #bodyLimitBytes: number;

  /** @param bodyLimitBytes of one response */
  constructor(bodyLimitBytes: number) {
    this.#bodyLimitBytes = bodyLimitBytes;
  }

  /** A guest may listen from here on, until what this answers is called. */
  add(guest: HostCalls, { cpuTimeLimitMs }: { readonly cpuTimeLimitMs: number }): () => void {
    const pools = new ServerPools(guest);
    this.#guests.set(guest, { pools, cpuTimeLimitMs, loaded: undefined });
    return () => {
      this.#guests.delete(guest);
      pools.destroy();
    };
  }

  /** A guest stays: what it does for a request is counted from here on. Answers the same guest, whose servers can be asked. */
  stays(calls: HostCalls, guest: LoadedGuest): LoadedGuest {
    const serving = this.#guests.get(calls);
    if (serving !== undefined) serving.loaded = guest;
    return {
      invoke: (invocation) => guest.invoke(invocation),
      usage: () => guest.usage(),
      cpuTimeMs: () => guest.cpuTimeMs?.(),
      lowerPriority: (niceness) => guest.lowerPriority?.(niceness) === true,
      suspend: (isSuspended) => guest.suspend?.(isSuspended) === true,
      fetch: (request, bounds) => this.#fetch(request, bounds, () => this.#of(calls)),
    };
  }

  /** One exchange with whoever listens on the port of the URL. Rejects as `fetch()` does. */
  fetch(request: Request, bounds: RequestBounds): Promise<Response> {
    return this.#fetch(request, bounds, () => this.#guests.values());
  }

  async #fetch(request: Request, bounds: RequestBounds, among: () => Iterable<ServingGuest>): Promise<Response> {
    try {
      const { port, secure } = whereTo(request, bounds);
      for (const guest of among()) {
        const pool = guest.pools.at(port, secure);
        if (pool !== undefined) return await this.#ask(guest, pool, { request, bounds, port });
      }
      throw new NetworkError("ECONNREFUSED", { syscall: "connect", reason: `no guest listens on port ${port}` });
    } catch (error) {
      bounds.onOver?.();
      // Whoever has given up hears why they did.
      throw request.signal.aborted ? request.signal.reason : new TypeError("fetch failed", { cause: error });
    }
  }

  #of(calls: HostCalls): ServingGuest[] {
    const guest = this.#guests.get(calls);
    return guest === undefined ? [] : [guest];
  }

  async #ask({ loaded, cpuTimeLimitMs }: ServingGuest, pool: Pool, { request, ...asked }: Asked): Promise<Response> {
    const time = new RequestTime({ ...asked, signal: request.signal, guest: loaded, cpuTimeLimitMs });
    try {
      return await exchange(pool, request, { time, bodyLimitBytes: this.#bodyLimitBytes });
    } catch (error) {
      time.over();
      throw time.failure ?? told(error);
    }
  }
}

interface Asked {
  readonly request: Request;
  readonly bounds: RequestBounds;
  readonly port: number;
}

interface Address {
  readonly port: number;
  /** How TLS is made there; absent: it is not. */
  readonly secure: SecureOptions | undefined;
}

/** @throws NetworkError `EPROTONOSUPPORT` */
function whereTo({ url }: Request, { tls }: RequestBounds): Address {
  const { protocol, port, hostname } = new URL(url);
  if (protocol === "http:") return { port: port === "" ? HTTP_PORT : Number(port), secure: undefined };
  if (protocol !== "https:") throw new NetworkError("EPROTONOSUPPORT", { reason: "only http: and https: are spoken" });
  return { port: port === "" ? HTTPS_PORT : Number(port), secure: { servername: nameOf(hostname), ...tls } };
}

/** In URLs addresses of IPv6 stand in brackets. */
function nameOf(hostname: string): string {
  const inner = hostname.replace(/^\[(.*)\]$/, "$1");
  return isIP(inner) === 6 ? inner : hostname;
}

/** Of a guest that ends its connection, or ends: in POSIX's words, not in those of whoever speaks HTTP here. */
function told(error: unknown): unknown {
  const { code } = Object(error) as { readonly code?: unknown };
  if (typeof code !== "string" || !code.startsWith("UND_ERR_")) return error;
  return new NetworkError(code.endsWith("_TIMEOUT") ? "ETIMEDOUT" : "ECONNRESET", { cause: error });
}
