import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { gzipSync } from "node:zlib";

/** A server on loopback that answers in the same way whoever asks, but for its own address. */
export interface TestServer extends AsyncDisposable {
  readonly url: string;
}

const LONG_BYTES = 1_000_000;

/** Starts the server that programs are given the address of. */
export async function startTestServer(): Promise<TestServer> {
  const server = createServer((request, response) => {
    answer(request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? "/", "http://127.0.0.1");
  const body = await textOf(request);
  const json = { "content-type": "application/json" };
  const [, name = "", argument = ""] = url.pathname.split("/");
  switch (name) {
    case "json":
      response.writeHead(200, json).end(JSON.stringify({ url: url.pathname, page: url.searchParams.get("page") }));
      return;
    case "echo":
      response
        .writeHead(200, json)
        .end(JSON.stringify({ method: request.method, headers: withoutHost(request.headers), body }));
      return;
    case "gzip":
      response.writeHead(200, { "content-encoding": "gzip", "content-type": "text/plain" });
      response.end(gzipSync("this was compressed"));
      return;
    case "status":
      response.writeHead(Number(argument), { "content-type": "text/plain" }).end(`status ${argument}`);
      return;
    case "redirect":
      response.writeHead(302, { location: "/json" }).end();
      return;
    case "long":
      response.writeHead(200).end(Buffer.alloc(LONG_BYTES, "x"));
      return;
    default:
      response.writeHead(404).end();
  }
}

async function textOf(request: IncomingMessage): Promise<string> {
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(piece as Buffer);
  return Buffer.concat(pieces).toString("utf8");
}

function withoutHost({ host: _host, ...headers }: IncomingMessage["headers"]): IncomingMessage["headers"] {
  return headers;
}
