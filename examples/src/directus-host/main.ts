/** A host of sandboxed Directus extensions: Express serves their endpoints, hears their hooks, and runs a flow of their operations. */
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { DirectusExtensions } from "@vivarium/directus";
import express from "express";
import type { NetworkAdapter } from "vivarium";
import { runFlow } from "./flow.ts";

/** What stands for the world in this example: a server that tells the weather. */
const weather: NetworkAdapter = {
  lookup: () => [{ address: "198.51.100.7", family: 4 }],
  fetch: () => ({
    status: 200,
    statusText: "OK",
    headers: [["content-type", "application/json"]],
    body: (async function* () {
      yield new TextEncoder().encode('{"sky":"clear"}');
    })(),
  }),
};

/** What extensions log, and what is told of them. */
const log: string[] = [];

await using extensions = new DirectusExtensions({
  network: weather,
  limits: { cpuTimeMs: 500 },
  logger: {
    info: (message, { extension }) => log.push(`[${extension}] ${message}`),
    warn: (message) => log.push(`warning: ${message}`),
  },
});
await extensions.loadAll(fileURLToPath(new URL("extensions", import.meta.url)));
console.log("loaded", extensions.extensions.map(({ name, type }) => `${name} (${type})`).join(", "));

const app = express();
app.use(express.json());
app.post("/items/:collection", async (request, response) => {
  const { collection } = request.params;
  const event = `${collection}.items.create`;
  try {
    const item = await extensions.hooks.filter(event, request.body);
    extensions.hooks.action(event, { collection, payload: item });
    response.status(201).json(item);
  } catch (error) {
    response.status(400).json({ error: (error as Error).message });
  }
});
app.post("/flows/announce", async (request, response) => {
  const steps = [
    { operation: "shout", options: { text: request.body.text } },
    { operation: "slug", options: { text: "{{ $last }}" } },
  ];
  response.json(await runFlow(steps, (id, options) => extensions.operations.run(id, options)));
});
app.use(extensions.router(() => true));

const server = app.listen(0, "127.0.0.1");
await once(server, "listening");
const { port } = server.address() as AddressInfo;

async function ask(path: string, body?: object): Promise<void> {
  const init = { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
  const response = await fetch(`http://127.0.0.1:${port}${path}`, body === undefined ? {} : init);
  console.log(path.padEnd(20), response.status, await response.text());
}

await ask("/greeting/hello");
await ask("/greeting/elsewhere");
await ask("/greeting/endless");
await ask("/greeting/hello");
await ask("/items/articles", { title: "  A teapot " });
await ask("/items/articles", { title: "" });
await ask("/flows/announce", { text: "tea is ready" });
server.close();
for (const line of log) console.log(line);
