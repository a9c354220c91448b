/** How a guest reaches the host's own network. */
export interface DefaultNetworkOptions {
  /** Ports of loopback addresses that guests may reach, where their check allows it. @default none */
  readonly loopbackExemptPorts?: readonly number[] | undefined;
  /**
   * Ranges of private addresses (CIDR: `10.1.0.0/16`) that guests may reach, where their check allows it. Beside these, a
   * policy that names an address itself (`allowHosts(["10.1.0.7:5432"])`) lets it through.
   *
   * @default none
   */
  readonly allowAddresses?: readonly string[] | undefined;
  /** Servers to ask for names, as `address` or `address:port`. @default those of the system, and its hosts file */
  readonly dnsServers?: readonly string[] | undefined;
  /** How long a connection may take to be made, TLS included, in milliseconds; to each address. Else `ETIMEDOUT`. @default 10000 */
  readonly connectTimeoutMs?: number | undefined;
  /** How long a server may be silent within one response, in milliseconds. Else `ETIMEDOUT`. @default 60000 */
  readonly idleTimeoutMs?: number | undefined;
  /** How long one exchange of HTTP may take, its body included, in milliseconds; a WebSocket until it is open. Else `ETIMEDOUT`. @default 300000 */
  readonly timeLimitMs?: number | undefined;
  /** Bytes of the body of one response, as it comes. Beyond them it ends with `EMSGSIZE`. @default 1073741824 (1 GiB) */
  readonly maxResponseBytes?: number | undefined;
  /**
   * Bytes that the body of one response is when it is unpacked (`Content-Encoding`). It is unpacked by the guest; the host
   * counts ahead of it. Beyond them it ends with `EMSGSIZE`. @default 1073741824 (1 GiB)
   */
  readonly maxDecompressedBytes?: number | undefined;
  /**
   * Bytes that come over one connection of which the host knows nothing more: one that `connect` or `unix` was allowed for, a
   * WebSocket. Beyond them it ends with `EMSGSIZE`. @default Infinity
   */
  readonly maxConnectionBytes?: number | undefined;
  /** How long such a connection may be silent both ways, in milliseconds. Else `ETIMEDOUT`. @default Infinity */
  readonly connectionIdleTimeoutMs?: number | undefined;
  /** How long such a connection may be open, in milliseconds. Else `ETIMEDOUT`. @default Infinity */
  readonly connectionTimeLimitMs?: number | undefined;
  /** Sockets that are open at a time, of all guests together. One more fails with `EMFILE`. @default 1024 */
  readonly maxSockets?: number | undefined;
  /**
   * Whether guests may connect to Unix sockets of the host, where their check allows `unix`. Whoever can speak to one may be
   * as mighty as the host (`docker.sock`). @default false: refused with `ENOTSUP`
   */
  readonly unixSockets?: boolean | undefined;
  /** Whether guests may open ports of the host, where their check allows `listen`. @default false: only their host reaches them */
  readonly listen?: boolean | undefined;
}

/** What holds where nothing is said. */
export type NetworkSettings = {
  readonly [Name in keyof DefaultNetworkOptions]-?: Exclude<DefaultNetworkOptions[Name], undefined>;
};

export const defaultNetworkSettings: NetworkSettings = {
  loopbackExemptPorts: [],
  allowAddresses: [],
  dnsServers: [],
  connectTimeoutMs: 10_000,
  idleTimeoutMs: 60_000,
  timeLimitMs: 300_000,
  maxResponseBytes: 2 ** 30,
  maxDecompressedBytes: 2 ** 30,
  maxConnectionBytes: Number.POSITIVE_INFINITY,
  connectionIdleTimeoutMs: Number.POSITIVE_INFINITY,
  connectionTimeLimitMs: Number.POSITIVE_INFINITY,
  maxSockets: 1_024,
  unixSockets: false,
  listen: false,
};
