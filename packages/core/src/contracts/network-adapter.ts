import type { MaybePromise } from "./maybe-promise.ts";

/** One HTTP request that a guest wants to make; the permission check has allowed exactly this. */
export interface NetworkRequest {
  readonly url: string;
  readonly method: string;
  readonly headers: ReadonlyArray<readonly [name: string, value: string]>;
  readonly body?: Uint8Array | AsyncIterable<Uint8Array>;
  readonly signal: AbortSignal;
}

export interface NetworkResponse {
  readonly status: number;
  readonly statusText: string;
  readonly headers: ReadonlyArray<readonly [name: string, value: string]>;
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
