import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { type AddressInfo, createServer as createTcpServer, type Server } from "node:net";
import type { Duplex } from "node:stream";
import { gzipSync } from "node:zlib";
import type { CheckedAddress, ConnectRequest, NetworkAdapter, NetworkRequest, NetworkResponse } from "@vivarium/core";

/** What one case works with: an adapter, and servers on loopback that it can reach. */
export interface NetworkAdapterBench extends AsyncDisposable {
  readonly adapter: Required<NetworkAdapter>;
  /** The port of a server that sends back what it gets. */
  readonly echoPort: number;
  /** A port that nobody listens on. */
  readonly closedPort: number;
  /** Connections that the server of HTTP has. */
  readonly connections: () => number;
  /** Bytes that it has handed over of an endless body. */
  readonly endlessBytes: () => number;
  request(path: string, more?: Partial<NetworkRequest>): NetworkRequest;
  fetch(path: string, more?: Partial<NetworkRequest>): Promise<NetworkResponse>;
  /** A request for a connection to a port of this machine. */
  to(port: number): ConnectRequest;
}

/** What of servers on loopback an adapter is to reach. */
export interface Reachable {
  /** Of a server of HTTP. */
  readonly origin: string;
  readonly address: string;
}

/** An adapter to test that calls that server by another origin, or has to be disposed of. */
export interface NetworkAdapterUnderTest extends Partial<AsyncDisposable> {
  readonly adapter: NetworkAdapter;
  /** @default the server's own */
  readonly origin?: string;
}

const loopback: CheckedAddress = { address: "127.0.0.1", family: 4, isNamed: true };

class Routes {
  endlessBytes = 0;

  readonly serve = (request: IncomingMessage, response: ServerResponse): void => {
    switch (request.url) {
      case "/moved":
        response.writeHead(302, "Elsewhere", { location: "/answer" }).end();
        return;
      case "/answer":
        response.writeHead(203, "As You Like", ["X-One", "1", "X-Many", "a", "X-Many", "b"]).end("the answer");
        return;
      case "/packed":
        response.writeHead(200, { "content-encoding": "gzip" }).end(gzipSync("unpacked"));
        return;
      case "/slow":
        response.write("first");
        return;
      case "/never":
        return;
      case "/cut":
        response.writeHead(200, { "content-length": 100 });
        response.write("half", () => response.destroy());
        return;
      case "/endless":
        this.#pour(response);
        return;
      default:
        void this.#repeat(request, response);
    }
  };

  readonly upgrade = (_request: IncomingMessage, socket: Duplex, head: Buffer): void => {
    socket.on("error", () => undefined);
    socket.write("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nX-One: 1\r\n\r\n");
    socket.unshift(head);
    socket.pipe(socket);
  };

  #pour(response: ServerResponse): void {
    const piece = Buffer.alloc(65_536);
    const more = (): void => {
      if (response.destroyed) return;
      this.endlessBytes += piece.byteLength;
      response.write(piece, more);
    };
    more();
  }

  async #repeat(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const pieces: Buffer[] = [];
    for await (const piece of request) pieces.push(piece as Buffer);
    const { method, url, rawHeaders } = request;
    response.end(JSON.stringify({ method, url, rawHeaders, body: Buffer.concat(pieces).toString("latin1") }));
  }
}

/** Starts the servers, and makes an adapter that reaches them. */
export async function openNetworkAdapter(
  create: (server: Reachable) => NetworkAdapter | NetworkAdapterUnderTest,
): Promise<NetworkAdapterBench> {
  const routes = new Routes();
  const server = createServer(routes.serve).on("upgrade", routes.upgrade);
  const echo = createTcpServer({ allowHalfOpen: true }, (socket) => socket.on("error", () => undefined).pipe(socket));
  const closedPort = await portOfNobody();
  const [port, echoPort] = [await open(server), await open(echo)];
  let connections = 0;
  server.on("connection", (socket) => {
    connections += 1;
    socket.once("close", () => {
      connections -= 1;
    });
  });
  const own = { origin: `http://localhost:${port}`, address: loopback.address };
  const made = create(own);
  const under: NetworkAdapterUnderTest = "adapter" in made ? made : { adapter: made };
  const adapter = under.adapter as Required<NetworkAdapter>;
  const signal = new AbortController().signal;
  const request = (path: string, more: Partial<NetworkRequest> = {}): NetworkRequest => {
    const url = `${under.origin ?? own.origin}${path}`;
    return { url, method: "GET", headers: [], addresses: [loopback], signal, ...more };
  };
  return {
    adapter,
    echoPort,
    closedPort,
    connections: () => connections,
    endlessBytes: () => routes.endlessBytes,
    request,
    fetch: async (path, more) => adapter.fetch(request(path, more)),
    to: (toPort) => ({ hostname: "localhost", port: toPort, signal, ...loopback }),
    async [Symbol.asyncDispose]() {
      await under[Symbol.asyncDispose]?.();
      server.closeAllConnections();
      for (const one of [server, echo]) one.close();
    },
  };
}

async function open(server: Server): Promise<number> {
  await once(server.listen(0, loopback.address), "listening");
  return (server.address() as AddressInfo).port;
}

async function portOfNobody(): Promise<number> {
  const server = createTcpServer();
  const port = await open(server);
  server.close();
  await once(server, "close");
  return port;
}
