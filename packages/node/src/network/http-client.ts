import { Readable } from "node:stream";
import { type CheckedAddress, NetworkError, type NetworkRequest, type NetworkResponse } from "@vivarium/core";
import type { Dispatcher, Pool } from "undici";
import type { NetworkSettings } from "./default-network-options.ts";
import type { DialContext } from "./dial.ts";
import { HttpPools } from "./http-pools.ts";
import { upgrade } from "./http-upgrade.ts";
import { RequestClock } from "./request-clock.ts";
import { boundedBody } from "./response-body.ts";
import { toldError } from "./told-error.ts";
import { UnpackingRoom } from "./unpacking-room.ts";

/** Bytes of a body that wait to be read: a server may send them one by one, and each is an object. */
const WAITING_BYTES = 4 * 1024;
/** Answers 1xx before the one that counts. */
const MOST_INFORMATION = 16;

/** Headers of one response: as many as Node's library reads. */
const MOST_HEADERS = 2_000;

/** What of the responses of one guest may be kept at a time to count it unpacked, in bytes. */
const UNPACKING_BYTES = 32 * 1024 * 1024;

/** Makes requests of HTTP for guests. */
export class HttpClient {
  readonly #context: DialContext;
  readonly #settings: NetworkSettings;
  readonly #pools: HttpPools;
  readonly #rooms: WeakMap<object, UnpackingRoom> = new WeakMap();

  constructor(context: DialContext, settings: NetworkSettings) {
    this.#context = context;
    this.#settings = settings;
    this.#pools = new HttpPools(context, settings);
  }

  async fetch(request: NetworkRequest): Promise<NetworkResponse> {
    const url = new URL(request.url);
    if (url.protocol !== "http:" && url.protocol !== "https:") throw new NetworkError("EPROTONOSUPPORT");
    const addresses = this.#reachable(request, url);
    const { pool, release } = this.#pools.lease({ url, addresses, secure: request.secure ?? {} });
    const clock = new RequestClock({ limitMs: this.#settings.timeLimitMs, signal: request.signal, onStop: release });
    try {
      if (request.upgrade === undefined) return await this.#request(pool, request, clock);
      const response = await upgrade(pool, request, clock.signal, this.#settings);
      clock.stop();
      return response;
    } catch (error) {
      clock.stop();
      throw clock.failure() ?? toldError(error);
    }
  }

  /** Ends all connections. */
  async destroy(): Promise<void> {
    await this.#pools.destroy();
  }

  #roomOf(guest: object): UnpackingRoom {
    const room = this.#rooms.get(guest) ?? new UnpackingRoom(UNPACKING_BYTES);
    this.#rooms.set(guest, room);
    return room;
  }

  /** Before there is a pool for it: one that cannot be reached is told so, and not what a pool makes of it. */
  #reachable({ addresses }: NetworkRequest, url: URL): readonly CheckedAddress[] {
    if (addresses === undefined) throw new NetworkError("EINVAL", { reason: "no address to connect to" });
    const port = url.port === "" ? (url.protocol === "https:" ? 443 : 80) : Number(url.port);
    return this.#context.guard.reachable(addresses, port);
  }

  async #request(pool: Pool, request: NetworkRequest, clock: RequestClock): Promise<NetworkResponse> {
    const url = new URL(request.url);
    const { body } = request;
    let information = 0;
    const response = await pool.request({
      path: `${url.pathname}${url.search}`,
      method: request.method as Dispatcher.HttpMethod,
      headers: request.headers.flat(),
      body:
        body === undefined || body instanceof Uint8Array ? (body ?? null) : Readable.from(body, { objectMode: false }),
      signal: clock.signal,
      responseHeaders: "raw",
      highWaterMark: WAITING_BYTES,
      onInfo: () => {
        information += 1;
        if (information > MOST_INFORMATION)
          clock.fail(new NetworkError("EPROTO", { reason: "the server only ever says that it will answer" }));
      },
    });
    const headers = pairsOf(response.headers);
    if (headers.length > MOST_HEADERS) {
      const failure = new NetworkError("EMSGSIZE", { reason: `the response has more than ${MOST_HEADERS} headers` });
      clock.fail(failure);
      throw failure;
    }
    const { maxResponseBytes, maxDecompressedBytes } = this.#settings;
    return {
      status: response.statusCode,
      statusText: response.statusText,
      headers,
      body: boundedBody(response.body, {
        contentEncoding: encodingOf(headers),
        room: this.#roomOf(request.guest ?? this),
        signal: clock.signal,
        maxResponseBytes,
        maxDecompressedBytes,
        failure: clock.failure,
        onEnd: clock.stop,
      }),
    };
  }
}

function encodingOf(headers: NetworkResponse["headers"]): string {
  return headers
    .filter(([name]) => name.toLowerCase() === "content-encoding")
    .map(([, value]) => value)
    .join(",");
}

/** With `responseHeaders: "raw"` undici gives names and values in turn. */
function pairsOf(raw: unknown): [string, string][] {
  const list: readonly unknown[] = Array.isArray(raw) ? raw : [];
  const pairs: [string, string][] = [];
  for (let index = 0; index + 1 < list.length; index += 2) pairs.push([String(list[index]), String(list[index + 1])]);
  return pairs;
}
