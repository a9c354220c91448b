import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { createDefaultNetworkAdapter, type NetworkAdapter, type NetworkRequest } from "vivarium";

/** A request as it has arrived. */
export interface ArrivedRequest {
  readonly method: string;
  /** As the extension has asked for it, with the scheme and the host. */
  readonly url: string;
  /** All that were sent, but those about the connection. */
  readonly headers: Readonly<Record<string, unknown>>;
  /** Parsed, where it is JSON. */
  readonly body: unknown;
}

/** What a service answers. Content that is no text is sent as JSON. */
export interface ServiceAnswer {
  readonly status: number;
  readonly body: unknown;
}

const PUBLIC = "93.184.215.14";
const PRIVATE = "10.0.0.1";

/** A name that leads to the inside of a network. */
export const INSIDE_NAME = "inside.example.com";

/**
 * Stands for all services of the public network: every name resolves to a public address, and who connects there is led to a
 * server on loopback. Whatever else the host's own network does, it does: it refuses private addresses.
 */
export class PublicServices {
  readonly arrived: ArrivedRequest[] = [];
  readonly #answers: ServiceAnswer[] = [];
  readonly #schemes: string[] = [];
  readonly #server: Server = createServer((request, response) => {
    text(request).then(
      (body) => {
        const { method = "", url = "", headers } = request;
        const { host = "", connection: _connection, "content-length": _length, ...others } = headers;
        const origin = `${this.#schemes.shift()}//${host.replace(/:\d+$/, "")}`;
        this.arrived.push({ method, url: origin + url, headers: others, body: parsed(body) });
        const answer = this.#answers.shift() ?? { status: 501, body: "nobody has said what to answer" };
        const isText = typeof answer.body === "string";
        response.writeHead(answer.status, { "content-type": isText ? "text/plain" : "application/json" });
        response.end(isText ? answer.body : JSON.stringify(answer.body));
      },
      () => response.destroy(),
    );
  });

  /** Answers in this order; forgets what has arrived. */
  expect(answers: readonly ServiceAnswer[]): void {
    this.arrived.length = 0;
    this.#answers.splice(0, Number.POSITIVE_INFINITY, ...answers);
  }

  async listen(): Promise<NetworkAdapter> {
    await new Promise<void>((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
    const { port } = this.#server.address() as AddressInfo;
    const host = createDefaultNetworkAdapter({ loopbackExemptPorts: [port] });
    return {
      lookup: (name) => [{ address: name === INSIDE_NAME ? PRIVATE : PUBLIC, family: 4 }],
      fetch: (request) => host.fetch?.(isPublic(request) ? this.#led(request, port) : request) as never,
    };
  }

  #led(request: NetworkRequest, port: number): NetworkRequest {
    const url = new URL(request.url);
    this.#schemes.push(url.protocol);
    const { hostname, pathname, search } = url;
    const addresses = [{ address: "127.0.0.1", family: 4, isNamed: false }] as const;
    return { ...request, url: `http://${hostname}:${port}${pathname}${search}`, addresses };
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }
}

function isPublic({ addresses }: NetworkRequest): boolean {
  return addresses?.every(({ address }) => address === PUBLIC) === true;
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return body;
  }
}
