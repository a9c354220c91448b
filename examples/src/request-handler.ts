/** A real HTTP server whose handlers are functions of a guest: it hands them to a router, and keeps its own state. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import {
  createNodeDriver,
  createNodeRuntimeDriverFactory,
  defineModule,
  type GuestFunction,
  guestFunction,
  hostFunction,
  isVivariumError,
  NodeRuntime,
} from "vivarium";
import { z } from "zod";

type Handler = (request: { path: string; query: Record<string, string> }) => unknown;

const routes = new Map<string, GuestFunction<Handler>>();
const router = defineModule({
  get: hostFunction({
    parameters: [z.string().startsWith("/").max(200), guestFunction<Handler>()],
    run: (_call, path, handler) => {
      routes.get(path)?.release();
      routes.set(path, handler);
    },
  }),
});

await using runtime = new NodeRuntime({
  systemDriver: createNodeDriver(),
  runtimeDriverFactory: createNodeRuntimeDriverFactory(),
  modules: { "host:router": router },
});

await using _plugin = await runtime.load(
  `
  import { get } from "host:router";
  import { setTimeout as sleep } from "node:timers/promises";

  let visits = 0;
  get("/hello", async ({ query }) => {
    await sleep(5);
    return { hello: query.name ?? "stranger", visits: ++visits };
  });
  get("/broken", () => { throw new TypeError("this handler has a fault"); });
  get("/endless", () => { for (;;); });
  `,
  "/plugin.mjs",
);

/** What a handler cannot answer is its own fault, and never the server's. */
async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { pathname, searchParams } = new URL(request.url ?? "/", "http://localhost");
  const handler = routes.get(pathname);
  const reply = (status: number, body: unknown): void => {
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
  };
  if (handler === undefined) return reply(404, { error: "no such route" });
  try {
    const query = Object.fromEntries(searchParams);
    reply(200, await handler.call([{ path: pathname, query }], { cpuTimeLimitMs: 200, timeoutMs: 2000 }));
  } catch (error) {
    if (!isVivariumError(error, "ERR_CALL_FAILED")) throw error;
    reply(error.detail.reason === "threw" ? 500 : 503, { error: error.detail.reason });
  }
}

const server = createServer((request, response) => void answer(request, response));
await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
const { port } = server.address() as AddressInfo;

for (const path of ["/hello?name=Ada", "/hello", "/nowhere", "/broken", "/endless", "/hello"]) {
  const response = await fetch(`http://127.0.0.1:${port}${path}`);
  console.log(path.padEnd(16), response.status, await response.text());
}
server.close();
server.closeAllConnections();
