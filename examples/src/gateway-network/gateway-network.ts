import { type NetworkAdapter, NetworkError, type NetworkRequest, type NetworkResponse } from "vivarium";

/** A service of the host's, as guests know it by a name of their own. */
export interface Service {
  /** Where it is. Guests never learn it. */
  readonly origin: string;
  /** The address of that, which is connected to whatever any DNS says. */
  readonly address: string;
  /** Sent with each request, in the place of what the guest sends by these names. */
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * The way of guests to a few services: `https://orders.service/…` goes to the service's own place, with a credential that no guest
 * ever holds. Any other name does not exist.
 */
export class GatewayNetwork implements NetworkAdapter {
  readonly name = "gateway";
  readonly #services: ReadonlyMap<string, Service>;
  readonly #network: NetworkAdapter;

  /** @param network that makes the requests */
  constructor(services: Readonly<Record<string, Service>>, network: NetworkAdapter) {
    this.#services = new Map(Object.entries(services));
    this.#network = network;
  }

  async fetch(request: NetworkRequest): Promise<NetworkResponse> {
    const { host, pathname, search } = new URL(request.url);
    const service = this.#services.get(host);
    if (service === undefined || request.upgrade !== undefined)
      throw new NetworkError("ECONNREFUSED", { reason: `the gateway knows no service ${host}` });
    const response = await this.#network.fetch?.({
      ...request,
      // Its path is the guest's, which cannot leave the origin: "//elsewhere" is a path here.
      url: `${service.origin}${pathname}${search}`,
      headers: withHeaders(request.headers, service.headers),
      // What the guest wants of TLS is nobody's business here: no certificate of its own, none that is not verified.
      secure: {},
      addresses: [{ address: service.address, family: service.address.includes(":") ? 6 : 4, isNamed: true }],
    });
    if (response === undefined) throw new NetworkError("ENOTSUP");
    return { ...response, headers: response.headers.filter(([name]) => !ofService.has(name.toLowerCase())) };
  }
}

/** What a service says to whoever holds its credential. */
const ofService: ReadonlySet<string> = new Set(["set-cookie", "www-authenticate"]);

function withHeaders(given: NetworkRequest["headers"], own: Service["headers"]): NetworkRequest["headers"] {
  const names = new Set(Object.keys(own).map((name) => name.toLowerCase()));
  return [...given.filter(([name]) => !names.has(name.toLowerCase())), ...Object.entries(own)];
}
