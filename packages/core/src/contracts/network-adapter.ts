import type { MaybePromise } from "./maybe-promise.ts";

/** One HTTP request that a guest wants to make; the permission check has allowed exactly this. */
export interface NetworkRequest {
  readonly url: string;
  readonly method: string;
  readonly headers: ReadonlyArray<readonly [name: string, value: string]>;
  readonly body?: Uint8Array | AsyncIterable<Uint8Array>;
  readonly signal: AbortSignal;
}

/** What an adapter answers to one {@link NetworkRequest}: the response as it came (RFC 9110), redirects too. */
export interface NetworkResponse {
  /** The status code. */
  readonly status: number;
  /** The reason phrase; may be empty. */
  readonly statusText: string;
  /** A name may occur again. */
  readonly headers: ReadonlyArray<readonly [name: string, value: string]>;
  /** The content, in pieces of any size. */
  readonly body: AsyncIterable<Uint8Array>;
}

/** One address that a hostname resolved to. */
export interface NetworkAddress {
  readonly address: string;
  readonly family: 4 | 6;
}

/** The network that an embedder supplies. Redirects are never followed by an adapter: each hop is checked anew. */
export interface NetworkAdapter {
  /** Shown in error messages. @default "network" */
  readonly name?: string;
  fetch?(request: NetworkRequest): MaybePromise<NetworkResponse>;
  lookup?(hostname: string): MaybePromise<readonly NetworkAddress[]>;
}
