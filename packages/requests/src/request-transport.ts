import type { MaybePromise, NetworkAdapter } from "vivarium";
import type { ResponseRoom } from "./response-room.ts";

/** Headers in their order; a name may be there again. */
export type HeaderList = readonly (readonly [name: string, value: string])[];

/** A request that a guest wants sent, as data. */
export interface OutgoingRequest {
  /** Absolute, of `http:` or `https:`. */
  readonly url: string;
  /** Sent as it is written: `get` is not `GET`. */
  readonly method: string;
  /**
   * Those that are about the connection (see {@link connectionHeaders}), `host` and `accept-encoding` are left away: what
   * they say is not for a guest to say. @default none
   */
  readonly headers?: Iterable<readonly [name: string, value: string]>;
  readonly body?: Uint8Array;
}

/** What came in the end, whatever its status. */
export interface IncomingResponse {
  /** Of whom has answered: the request's own, or where it was sent on to. */
  readonly url: string;
  readonly status: number;
  readonly statusText: string;
  /** As they came; `content-encoding` and `content-length` are missing where the content was unpacked. */
  readonly headers: HeaderList;
  /** Whole, and unpacked. */
  readonly content: Uint8Array;
}

/** How requests of one guest go out, and what they may. */
export interface RequestTransport {
  readonly network: NetworkAdapter;
  /**
   * Asked before each hop, the first and every redirect: throws, or rejects, for one that may not be made. What it throws
   * is what the request fails with.
   *
   * @param url of `http:` or `https:`, normalised; a copy
   * @param method as it would be sent
   */
  mayRequest(url: URL, method: string): MaybePromise<void>;
  /** How long a request may take with all that it is sent on to, in milliseconds: at most 2 ** 32 - 1. */
  readonly timeoutMs: number;
  /** Of one response's content, packed and unpacked. */
  readonly maxResponseBytes: number;
  /** What the responses of this guest take together: the same object for all of them. */
  readonly room: ResponseRoom;
  /** Stands for the guest in the network: the same object for all of its requests, with nothing in it. */
  readonly guest: object;
  /** Where the request has no `user-agent` of its own. @default none */
  readonly userAgent?: string;
  /** How often a request may be sent on. @default 20 */
  readonly maxRedirects?: number;
}
