import type { SocketAddress } from "../contracts/network-adapter.ts";

/** What `net.addresses` answers, as JSON. */
export interface StreamAddresses {
  readonly local?: SocketAddress;
  /** Absent of a listener. */
  readonly remote?: SocketAddress;
}

/** What `dns.query` answers, as JSON: the records, or the code of an error of `dns`, such as `ENODATA`. */
export type DnsAnswer = { readonly records: unknown } | { readonly error: string };
