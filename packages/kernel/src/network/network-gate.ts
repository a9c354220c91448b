import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { setImmediate as nextTurn } from "node:timers/promises";
import type { NetworkResponse } from "@vivarium/core";
import { CallFailure } from "../system-calls/call-failure.ts";
import { type OnDiagnostic, reportFault } from "../system-calls/report-fault.ts";
import type { CheckedNetwork } from "./checked-network.ts";
import { GateBody } from "./gate-body.ts";
import { GateConnection, type GatedRoute } from "./gate-connection.ts";
import { type ExchangeOptions, exchange, hasBody } from "./gate-exchange.ts";
import { ResponseFault, sendResponse } from "./gate-response.ts";
import { sendUpgrade } from "./gate-upgrade.ts";
import type { NetworkPermit } from "./network-permit.ts";

export interface NetworkGateOptions {
  readonly network: CheckedNetwork;
  readonly permit: NetworkPermit;
  readonly onDiagnostic: OnDiagnostic;
}

/** Bytes of the headers of one request. */
const MOST_HEADER_BYTES = 16 * 1024;

/**
 * The host's end of connections over which nothing but HTTP may go: it reads each request strictly, asks about it, has
 * the adapter make it, and gives the guest what comes of it. What is no request, or is denied, ends its connection.
 */
export class NetworkGate {
  readonly #options: NetworkGateOptions;
  readonly #connections: WeakMap<Duplex, GateConnection> = new WeakMap();
  #server: Promise<Server> | undefined;

  constructor(options: NetworkGateOptions) {
    this.#options = options;
  }

  open(route: GatedRoute): GateConnection {
    return new GateConnection(route, (connection) => this.#begin(connection));
  }

  async #begin(connection: GateConnection): Promise<void> {
    this.#connections.set(connection.host, connection);
    this.#server ??= this.#createServer();
    (await this.#server).emit("connection", connection.host);
    // From the next turn on it reads what is written as it is written: that time is counted.
    await nextTurn();
  }

  /** It listens to nothing but what it is given. Cells do not need it: they do not load it. */
  async #createServer(): Promise<Server> {
    const { createServer, ServerResponse: Response } = await import("node:http");
    const server = createServer({
      maxHeaderSize: MOST_HEADER_BYTES,
      insecureHTTPParser: false,
      // The gate refuses such requests by itself, as it does others.
      requireHostHeader: false,
      keepAliveTimeout: 0,
      requestTimeout: 0,
      headersTimeout: 0,
    });
    server.maxHeadersCount = 0;
    // Who has sent a request may end its side, and read.
    Object.assign(server, { httpAllowHalfOpen: true });
    server.on("request", (message, response) => this.#serve(message, response));
    server.on("upgrade", (message, end, head) => {
      const response = new Response(message);
      this.#upgrade(message, response, end, head);
    });
    server.on("connect", (_message, end) => this.#refuse(end, "CONNECT is not served"));
    server.on("clientError", (error: NodeJS.ErrnoException, end) => {
      const code = /^HPE_\w+$/.test(error.code ?? "") ? ` (${error.code})` : "";
      this.#refuse(end, `nothing but HTTP may be sent there${code}`);
    });
    return server;
  }

  #serve(message: IncomingMessage, response: ServerResponse): void {
    const connection = this.#connections.get(message.socket);
    if (connection === undefined) return;
    const send = (answer: NetworkResponse): Promise<void> => sendResponse(response, answer);
    const body = hasBody(message) ? new GateBody(message) : undefined;
    const isServed = connection.inTurn(() => this.#answer({ connection, message, body, isSocket: false }, send));
    if (!isServed) this.#refuse(connection.host, "too many requests are sent before the first is answered");
  }

  #upgrade(message: IncomingMessage, response: ServerResponse, end: Duplex, head: Uint8Array): void {
    const connection = this.#connections.get(end);
    if (connection === undefined) return;
    if (message.headers.upgrade?.toLowerCase() !== "websocket" || message.method !== "GET") {
      this.#refuse(end, "of other protocols nothing but WebSocket is served");
      return;
    }
    const send = (answer: NetworkResponse): Promise<void> => sendUpgrade({ connection, response, head, answer });
    connection.inTurn(() => this.#answer({ connection, message, body: undefined, isSocket: true }, send));
  }

  /** Never rejects: what goes wrong ends the connection. */
  async #answer(
    asked: Pick<ExchangeOptions, "connection" | "message" | "isSocket" | "body">,
    send: (answer: NetworkResponse) => Promise<void>,
  ): Promise<void> {
    const { connection } = asked;
    const { network, permit } = this.#options;
    const over = new AbortController();
    const abort = (): void => over.abort();
    connection.host.once("close", abort);
    try {
      await send(await exchange({ ...asked, network, permit, signal: over.signal }));
    } catch (error) {
      connection.host.fail(this.#failure(error));
    } finally {
      connection.host.off("close", abort);
      over.abort();
    }
  }

  #failure(error: unknown): CallFailure {
    const { network, onDiagnostic } = this.#options;
    if (!(error instanceof ResponseFault)) return network.failure("fetch", error);
    const detail = { driver: network.name, method: "fetch", wanted: error.message, actual: undefined };
    reportFault(onDiagnostic, "ERR_DRIVER_ANSWER", detail, error.cause);
    return new CallFailure("EPROTO");
  }

  #refuse(end: Duplex, reason: string): void {
    this.#connections.get(end)?.host.fail(new CallFailure("EACCES", reason));
    end.destroy();
  }
}
