import { createServer, type Server, type Socket } from "node:net";
import {
  type AcceptedConnection,
  byteStreamOf,
  type ListenRequest,
  type NetworkListener,
  type SocketAddress,
} from "@vivarium/core";

/** Connections of strangers that one guest's port may have. */
const MOST_CONNECTIONS = 4_096;

/**
 * Opens a port of the host's machine; what connects waits until it is accepted.
 * @param most connections that there may be at a time; one more is closed
 */
export async function listenOnHost(
  { address, port, backlog }: ListenRequest,
  most: number = MOST_CONNECTIONS,
): Promise<NetworkListener> {
  const server = createServer({ pauseOnConnect: true, allowHalfOpen: true });
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once("error", reject);
  server.listen({ host: address, port, backlog, exclusive: true }, resolve);
  await promise;
  server.maxConnections = most;
  return new HostPort(server);
}

class HostPort implements NetworkListener {
  readonly local: SocketAddress;
  readonly #server: Server;
  readonly #waiting: Socket[] = [];
  #taker: ((connection: AcceptedConnection | undefined) => void) | undefined;
  #isClosed = false;

  constructor(server: Server) {
    this.#server = server;
    const local = server.address();
    if (local === null || typeof local === "string") throw new TypeError("A server over TCP has an address");
    this.local = { address: local.address, family: local.family === "IPv6" ? 6 : 4, port: local.port };
    server.on("connection", (socket) => this.#arrive(socket));
    server.on("error", () => this.close());
  }

  accept(): AcceptedConnection | undefined | Promise<AcceptedConnection | undefined> {
    const next = this.#waiting.shift();
    if (next !== undefined) return connectionOf(next);
    if (this.#isClosed) return undefined;
    return new Promise((resolve) => {
      this.#taker = resolve;
    });
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#server.close();
    for (const socket of this.#waiting.splice(0)) socket.destroy();
    this.#taker?.(undefined);
  }

  #arrive(socket: Socket): void {
    const taker = this.#taker;
    this.#taker = undefined;
    socket.on("error", ignore);
    if (taker === undefined) this.#waiting.push(socket);
    else taker(connectionOf(socket));
  }
}

function connectionOf(socket: Socket): AcceptedConnection {
  socket.setNoDelay(true);
  const { remoteAddress = "0.0.0.0", remotePort = 0, remoteFamily } = socket;
  const remote: SocketAddress = { address: remoteAddress, family: remoteFamily === "IPv6" ? 6 : 4, port: remotePort };
  return Object.assign(byteStreamOf(socket), { remote });
}

function ignore(): void {}
