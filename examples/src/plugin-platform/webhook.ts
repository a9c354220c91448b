import { createServer, type Server } from "node:http";
import { text } from "node:stream/consumers";
import { listen } from "./app/site.ts";

/** Somebody else's server, which wants to be told. */
export class Webhook implements AsyncDisposable {
  /** What it was sent. */
  readonly received: string[] = [];
  readonly #server: Server = createServer(async (request, response) => {
    this.received.push(`${request.method} ${await text(request)}`);
    response.end();
  });

  /** @returns its address */
  async open(): Promise<string> {
    return listen(this.#server);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.close();
    this.#server.closeAllConnections();
  }
}
