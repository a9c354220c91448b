import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, beforeEach } from "vitest";
import { createDefaultNetworkAdapter, type NetworkAdapter } from "vivarium";
import {
  type IncomingResponse,
  type OutgoingRequest,
  type RequestTransport,
  ResponseRoom,
  sendRequest,
} from "../../src/index.ts";

/** What a server was asked. */
export interface Asked {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}

/** What it says to a path; to any other it tells the path. */
export type Answers = Readonly<Record<string, (response: ServerResponse, request: IncomingMessage) => void>>;

/** Two servers of the tests of a file, which are two origins, and the network that reaches them. */
export interface Exchange {
  /** The origins, without a slash. */
  readonly here: string;
  readonly there: string;
  /** What both were asked, in order, by one test. */
  readonly asked: Asked[];
  readonly network: NetworkAdapter;
  /** Sends a request to a path of the first server, or to a URL, by GET where nothing else is said. */
  send(
    url: string,
    request?: Partial<OutgoingRequest>,
    changes?: Partial<RequestTransport>,
    signal?: AbortSignal,
  ): Promise<IncomingResponse>;
}

export function exchangeOf(answers: (exchange: Exchange) => Answers): Exchange {
  const asked: Asked[] = [];
  const origins: string[] = [];
  let network: NetworkAdapter & AsyncDisposable;
  const server = createServer((request, response) => {
    text(request).then(
      (body) => {
        const { method = "", url = "", headers } = request;
        asked.push({ method, url, headers, body });
        const answer = answers(exchange)[url];
        if (answer === undefined) response.end(`this is ${url}`);
        else answer(response, request);
      },
      () => undefined,
    );
  });
  const other = createServer((request, response) => server.emit("request", request, response));
  const servers = [server, other];
  beforeAll(async () => {
    for (const each of servers) await new Promise<void>((resolve) => each.listen(0, "127.0.0.1", resolve));
    const ports = servers.map((each) => (each.address() as AddressInfo).port);
    origins.push(...ports.map((port) => `http://127.0.0.1:${port}`));
    network = createDefaultNetworkAdapter({ loopbackExemptPorts: ports });
  });
  beforeEach(() => void asked.splice(0));
  afterAll(async () => {
    await network[Symbol.asyncDispose]();
    for (const each of servers) {
      each.closeAllConnections();
      each.close();
    }
  });
  const exchange: Exchange = {
    get here() {
      return origins[0] ?? "";
    },
    get there() {
      return origins[1] ?? "";
    },
    asked,
    get network() {
      return network;
    },
    send: (url, request, changes, signal = new AbortController().signal) =>
      sendRequest(
        { url: url.startsWith("/") ? `${exchange.here}${url}` : url, method: "GET", ...request },
        { ...transportOf(network), ...changes },
        signal,
      ),
  };
  return exchange;
}

/** One that may request anything, within limits that are small. */
export function transportOf(network: NetworkAdapter): RequestTransport {
  return {
    network,
    mayRequest: () => undefined,
    timeoutMs: 10_000,
    maxResponseBytes: 50_000,
    room: new ResponseRoom(100_000),
    guest: {},
  };
}

/** What a promise is rejected with. */
export async function rejectionOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    (value) => Promise.reject(new Error(`it was fulfilled with ${String(value)}`)),
    (error: unknown) => error,
  );
}

export function textOf({ content }: IncomingResponse): string {
  return new TextDecoder().decode(content);
}
