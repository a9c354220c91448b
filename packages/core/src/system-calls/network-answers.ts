/** One end of a connection, as Node's `socket.address()` tells it. */
export interface AddressData {
  readonly address: string;
  readonly family: "IPv4" | "IPv6";
  readonly port: number;
}

/** What `net.addresses` answers, as JSON. The host's own address is told nobody: `local` is made up, but for a listener's port. */
export interface StreamAddresses {
  readonly local: AddressData;
  /** Absent of a listener. */
  readonly remote?: AddressData;
}

/** What `dns.query` answers, as JSON: the records, or the code of an error of `dns`, such as `ENODATA`. */
export type DnsAnswer = { readonly records: unknown } | { readonly error: string };

/** What `stream.take` answers, as JSON: the stream, and what the guest that has given it says of it. */
export interface GivenStreamData {
  readonly stream: number;
  readonly note: string;
}
