import { once } from "node:events";
import { createServer as createHttpServer, type RequestListener, type Server } from "node:http";
import { createServer as createHttpsServer } from "node:https";
import { type AddressInfo, createServer as createTcpServer, type Socket, type Server as TcpServer } from "node:net";
import type { TlsOptions } from "node:tls";
import type { OwnCertificate } from "./certificate.ts";

/** A server on loopback, which ends with its test. */
export class LocalServer<Kind extends TcpServer = TcpServer> implements AsyncDisposable {
  readonly server: Kind;
  /** Connections that it has had. */
  connections = 0;
  readonly #sockets: Set<Socket> = new Set();

  constructor(server: Kind) {
    this.server = server;
    server.on("connection", (socket: Socket) => {
      this.connections += 1;
      this.#sockets.add(socket);
      socket.on("error", () => undefined);
      socket.once("close", () => this.#sockets.delete(socket));
    });
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** Sockets that are open. */
  get open(): number {
    return this.#sockets.size;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.server.close();
    await once(this.server, "close");
  }
}

async function listening<Kind extends TcpServer>(server: Kind, address: string): Promise<LocalServer<Kind>> {
  const local = new LocalServer(server);
  server.listen(0, address);
  await once(server, "listening");
  return local;
}

export function serveHttp(listener: RequestListener, address = "127.0.0.1"): Promise<LocalServer<Server>> {
  return listening(createHttpServer(listener), address);
}

export function serveHttps(certificate: OwnCertificate & TlsOptions, listener: RequestListener): Promise<LocalServer> {
  return listening(createHttpsServer({ ...certificate }, listener), "127.0.0.1");
}

export function serveTcp(listener: (socket: Socket) => void, allowHalfOpen = false): Promise<LocalServer> {
  return listening(createTcpServer({ allowHalfOpen }, listener), "127.0.0.1");
}
