import type { MaybePromise } from "../promises/maybe-promise.ts";
import type { ByteStream } from "./byte-stream.ts";
import type { SecureOptions } from "./secure-options.ts";

/** One address that a hostname resolved to. */
export interface NetworkAddress {
  readonly address: string;
  readonly family: 4 | 6;
}

/** An address that may be connected to. */
export interface CheckedAddress extends NetworkAddress {
  /**
   * Whether the policy names this very address (or `localhost`, of a loopback one): an adapter that refuses private
   * addresses by itself lets this one through.
   */
  readonly isNamed: boolean;
}

/** One HTTP request that a guest wants to make; the permission check has allowed exactly this. */
export interface NetworkRequest {
  /** Absolute, with `http:` or `https:`; without a fragment. */
  readonly url: string;
  readonly method: string;
  /** Without those that are about the connection (`Host`, `Connection`, `Transfer-Encoding`, …). */
  readonly headers: ReadonlyArray<readonly [name: string, value: string]>;
  readonly body?: Uint8Array | AsyncIterable<Uint8Array>;
  /** Where to connect: to one of exactly these. Absent for an adapter without `lookup`. */
  readonly addresses?: readonly CheckedAddress[];
  /** The protocol that the guest wants to go on with (`websocket`): the answer 101 has `upgraded`. */
  readonly upgrade?: string;
  /** What the guest wants of TLS, where the URL is `https:`. */
  readonly secure?: SecureOptions;
  /** Stands for the guest that asks: the same object in all of its requests, with nothing in it. For what is counted by guest. */
  readonly guest?: object;
  /** Nobody waits for the response any more. */
  readonly signal: AbortSignal;
}

/** What an adapter answers to one {@link NetworkRequest}: the response as it came (RFC 9110), redirects too. */
export interface NetworkResponse {
  /** The status code. */
  readonly status: number;
  /** The reason phrase; may be empty. */
  readonly statusText: string;
  /** A name may occur again. Content is as `Content-Encoding` says: an adapter that decodes it takes that header away. */
  readonly headers: ReadonlyArray<readonly [name: string, value: string]>;
  /** The content, in pieces of any size. */
  readonly body: AsyncIterable<Uint8Array>;
  /** What follows an answer 101. */
  readonly upgraded?: ByteStream;
}

/** A connection that a guest wants; the permission check has allowed exactly this. */
export interface ConnectRequest extends CheckedAddress {
  /** The name that the guest has looked the address up by, or the address. */
  readonly hostname: string;
  /** From 1 to 65,535. */
  readonly port: number;
  readonly signal: AbortSignal;
}

/** One end of a connection, as the guest is told of it. */
export interface SocketAddress extends NetworkAddress {
  readonly port: number;
}

/** A connection that somebody has made to a listener; who it was the guest is told. */
export interface AcceptedConnection extends ByteStream {
  readonly remote?: SocketAddress;
}

/** A guest wants to be connected to; the permission check has allowed exactly this. */
export interface ListenRequest {
  /** Of this machine. */
  readonly address: string;
  /** 0: any that is free. */
  readonly port: number;
  readonly backlog: number;
}

/** A real port of the host's machine, open for a guest. */
export interface NetworkListener {
  readonly local: SocketAddress;
  /** The next connection; undefined once it is closed. One at a time. */
  accept(): MaybePromise<AcceptedConnection | undefined>;
  /** Idempotent. */
  close(): void;
}

/** The types of DNS records that a guest can ask for. */
export const dnsTypes = [
  "A",
  "AAAA",
  "ANY",
  "CAA",
  "CNAME",
  "MX",
  "NAPTR",
  "NS",
  "PTR",
  "SOA",
  "SRV",
  "TLSA",
  "TXT",
] as const;

/** A type of DNS records. */
export type DnsType = (typeof dnsTypes)[number];

/** A question to the DNS; the permission check has allowed the name. */
export interface DnsQuestion {
  readonly type: DnsType;
  readonly name: string;
  readonly signal: AbortSignal;
}

/**
 * The network that an embedder supplies. A gap is an error that names it. Redirects are never followed by an adapter:
 * each hop is checked anew. What fails, fails with a {@link NetworkError}, or any error whose `code` is a POSIX name.
 */
export interface NetworkAdapter {
  /** Shown in error messages. @default "network" */
  readonly name?: string;
  /** One exchange of HTTP. It alone serves all of HTTP in a guest: `fetch`, `http`, `https`, and what is built on them. */
  fetch?(request: NetworkRequest): MaybePromise<NetworkResponse>;
  /** The addresses of a name, which is no address itself. None: there is no such name. */
  lookup?(hostname: string): MaybePromise<readonly NetworkAddress[]>;
  /**
   * Records of the DNS, as `dns.resolve()` of Node answers them: `A` and `AAAA` as `{ address, ttl }`.
   * What fails, fails with an error whose `code` is one of `dns`: `ENOTFOUND`, `ENODATA`, `ESERVFAIL`, …
   */
  resolve?(question: DnsQuestion): MaybePromise<unknown>;
  /** A connection over TCP to this very address. */
  connect?(request: ConnectRequest): MaybePromise<ByteStream>;
  /** A connection to a Unix socket of the host. */
  connectPath?(path: string, signal: AbortSignal): MaybePromise<ByteStream>;
  /** A port of the host's machine. Without it guests are connected to by themselves and their host alone. */
  listen?(request: ListenRequest): MaybePromise<NetworkListener>;
}
