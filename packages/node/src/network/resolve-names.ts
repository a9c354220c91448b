import { promises as dns, type LookupAddress, type RecordWithTtl } from "node:dns";
import { type DnsQuestion, type NetworkAddress, NetworkError } from "@vivarium/core";

/** How long one server may take, in milliseconds, and how often it is asked. */
const SERVER_TIMEOUT_MS = 5_000;
const TRIES = 2;

/** Asks for names: the system, or servers of one's own. */
export class NameResolver {
  readonly #resolver: InstanceType<typeof dns.Resolver> = new dns.Resolver({
    timeout: SERVER_TIMEOUT_MS,
    tries: TRIES,
  });
  readonly #hasServers: boolean;

  constructor(servers: readonly string[]) {
    this.#hasServers = servers.length > 0;
    if (this.#hasServers) this.#resolver.setServers(servers);
  }

  /** The addresses of a name; none: there is no such name. */
  async lookup(hostname: string): Promise<readonly NetworkAddress[]> {
    // RFC 6761, section 6.3: nobody is asked.
    if (hostname === "localhost" || hostname.endsWith(".localhost")) return loopback;
    if (this.#hasServers) return await this.#askServers(hostname);
    try {
      return (await dns.lookup(hostname, { all: true, order: "verbatim" })).map(addressOf);
    } catch (error) {
      if (isNoName(error)) return [];
      throw new NetworkError("EAI_AGAIN", { syscall: "getaddrinfo", cause: error });
    }
  }

  /** Records, as `dns.resolve()` answers them, `A` and `AAAA` with the time that they hold. */
  async resolve({ type, name }: DnsQuestion): Promise<unknown> {
    if (type === "A") return await this.#resolver.resolve4(name, { ttl: true });
    if (type === "AAAA") return await this.#resolver.resolve6(name, { ttl: true });
    return await this.#resolver.resolve(name, type);
  }

  async #askServers(hostname: string): Promise<readonly NetworkAddress[]> {
    const answers = await Promise.allSettled([
      this.#resolver.resolve4(hostname, { ttl: true }),
      this.#resolver.resolve6(hostname, { ttl: true }),
    ]);
    const found = answers.flatMap((answer, index): NetworkAddress[] =>
      answer.status === "fulfilled" ? answer.value.map((record) => recordOf(record, index === 0 ? 4 : 6)) : [],
    );
    const failed = answers.find((answer) => answer.status === "rejected" && !isNoName(answer.reason));
    if (found.length === 0 && failed !== undefined) throw new NetworkError("EAI_AGAIN", { syscall: "getaddrinfo" });
    return found;
  }
}

const loopback: readonly NetworkAddress[] = [
  { address: "127.0.0.1", family: 4 },
  { address: "::1", family: 6 },
];

function addressOf({ address, family }: LookupAddress): NetworkAddress {
  return { address, family: family === 6 ? 6 : 4 };
}

function recordOf({ address }: RecordWithTtl, family: 4 | 6): NetworkAddress {
  return { address, family };
}

function isNoName(error: unknown): boolean {
  const { code } = Object(error) as { readonly code?: unknown };
  return code === "ENOTFOUND" || code === "ENODATA";
}
