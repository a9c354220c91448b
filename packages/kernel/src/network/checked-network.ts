import { isIP } from "node:net";
import {
  type ByteStream,
  type ConnectRequest,
  type DnsQuestion,
  type ListenRequest,
  type MaybePromise,
  type NetworkAdapter,
  type NetworkAddress,
  type NetworkListener,
  type NetworkRequest,
  type NetworkResponse,
  normalizeHost,
  type SocketAddress,
} from "@vivarium/core";
import { streamFailure } from "../streams/stream-failure.ts";
import { CallFailure } from "../system-calls/call-failure.ts";
import { type OnDiagnostic, reportFault } from "../system-calls/report-fault.ts";

/** What an adapter may have. */
export type NetworkMethod = Exclude<keyof NetworkAdapter, "name">;

/** Addresses of one name that are looked at. */
const MOST_ADDRESSES = 64;

/**
 * An embedder's network, none of whose answers is taken on trust. What fails, fails with a `CallFailure`: what it lacks
 * with `ENOTSUP`.
 */
export class CheckedNetwork {
  readonly #adapter: NetworkAdapter;
  readonly #onDiagnostic: OnDiagnostic;
  readonly name: string;

  constructor(adapter: NetworkAdapter, onDiagnostic: OnDiagnostic) {
    this.#adapter = adapter;
    this.#onDiagnostic = onDiagnostic;
    this.name = typeof adapter.name === "string" ? adapter.name : "network";
  }

  has(method: NetworkMethod): boolean {
    return typeof this.#adapter[method] === "function";
  }

  async lookup(hostname: string): Promise<readonly NetworkAddress[]> {
    const answer: unknown = await this.#ask("lookup", (adapter) => adapter.lookup?.(hostname));
    if (!Array.isArray(answer)) throw this.#wrong("lookup", "an array of addresses", answer);
    return answer.slice(0, MOST_ADDRESSES).map((entry: unknown) => this.#address(entry));
  }

  async fetch(request: NetworkRequest): Promise<NetworkResponse> {
    const answer: unknown = await this.#ask("fetch", (adapter) => adapter.fetch?.(request));
    if (!isObject(answer)) throw this.#wrong("fetch", "a response", answer);
    const { status, statusText, headers, body, upgraded } = answer as { [Key in keyof NetworkResponse]: unknown };
    if (typeof status !== "number" || !Number.isInteger(status) || status < 101 || status > 999)
      throw this.#wrong("fetch", "a status from 101 to 999", status);
    if (upgraded !== undefined && !isByteStream(upgraded)) throw this.#wrong("fetch", "a ByteStream", upgraded);
    if (status === 101 && upgraded === undefined) throw this.#wrong("fetch", "upgraded beside the status 101", answer);
    if (!isObject(body) || typeof Reflect.get(body, Symbol.asyncIterator) !== "function")
      throw this.#wrong("fetch", "an async iterable as body", body);
    return {
      status,
      statusText: typeof statusText === "string" ? statusText : "",
      headers: this.#headers(headers),
      body: body as AsyncIterable<Uint8Array>,
      ...(upgraded === undefined ? {} : { upgraded }),
    };
  }

  async connect(request: ConnectRequest): Promise<ByteStream> {
    const answer: unknown = await this.#ask("connect", (adapter) => adapter.connect?.(request));
    if (!isByteStream(answer)) throw this.#wrong("connect", "a ByteStream", answer);
    return answer;
  }

  async connectPath(path: string, signal: AbortSignal): Promise<ByteStream> {
    const answer: unknown = await this.#ask("connectPath", (adapter) => adapter.connectPath?.(path, signal));
    if (!isByteStream(answer)) throw this.#wrong("connectPath", "a ByteStream", answer);
    return answer;
  }

  async listen(request: ListenRequest): Promise<NetworkListener> {
    const answer: unknown = await this.#ask("listen", (adapter) => adapter.listen?.(request));
    if (!isObject(answer) || !["accept", "close"].every((name) => typeof Reflect.get(answer, name) === "function"))
      throw this.#wrong("listen", "a listener", answer);
    if (!isSocketAddress(Reflect.get(answer, "local"))) throw this.#wrong("listen", "its local address", answer);
    return answer as NetworkListener;
  }

  /** Its own errors are those of `dns`: they go to the caller as they are. */
  async resolve(question: DnsQuestion): Promise<unknown> {
    if (!this.has("resolve")) throw this.#missing("resolve");
    return await this.#adapter.resolve?.(question);
  }

  /** What a guest is told of an error of the adapter's. */
  failure(method: string, error: unknown): CallFailure {
    return streamFailure(error, { driver: this.name, method, onDiagnostic: this.#onDiagnostic });
  }

  async #ask(method: NetworkMethod, call: (adapter: NetworkAdapter) => MaybePromise<unknown>): Promise<unknown> {
    if (!this.has(method)) throw this.#missing(method);
    try {
      return await call(this.#adapter);
    } catch (error) {
      throw this.failure(method, error);
    }
  }

  #missing(method: NetworkMethod): CallFailure {
    return new CallFailure("ENOTSUP", `the network has no ${method}()`);
  }

  #address(entry: unknown): NetworkAddress {
    const address: unknown = isObject(entry) ? Reflect.get(entry, "address") : undefined;
    const known = typeof address === "string" && isIP(address) !== 0 ? normalizeHost(address) : undefined;
    if (known === undefined) throw this.#wrong("lookup", "entries with an address", entry);
    return { address: known, family: known.includes(":") ? 6 : 4 };
  }

  #headers(headers: unknown): NetworkResponse["headers"] {
    if (!Array.isArray(headers)) throw this.#wrong("fetch", "an array of headers", headers);
    return headers.map((header: unknown) => {
      if (!Array.isArray(header)) throw this.#wrong("fetch", "headers as pairs of strings", header);
      const [name, value]: readonly unknown[] = header;
      if (typeof name !== "string" || typeof value !== "string")
        throw this.#wrong("fetch", "headers as pairs of strings", header);
      return [name, value];
    });
  }

  #wrong(method: string, wanted: string, actual: unknown): CallFailure {
    reportFault(this.#onDiagnostic, "ERR_DRIVER_ANSWER", { driver: this.name, method, wanted, actual });
    return new CallFailure("EIO");
  }
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

const streamMethods: readonly (keyof ByteStream)[] = ["read", "write", "end", "destroy"];

function isByteStream(value: unknown): value is ByteStream {
  return isObject(value) && streamMethods.every((name) => typeof Reflect.get(value, name) === "function");
}

/** One end of a connection, as far as an adapter says it in earnest. */
export function isSocketAddress(value: unknown): value is SocketAddress {
  if (!isObject(value)) return false;
  const { address, port, family } = value as { [Key in keyof SocketAddress]: unknown };
  const isPort = typeof port === "number" && Number.isInteger(port) && port >= 0 && port <= 65_535;
  return isPort && typeof address === "string" && isIP(address) === family;
}
