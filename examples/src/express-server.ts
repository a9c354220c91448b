/** A server of express runs in a guest, with packages of the host; the host asks it, and no port is opened. */
import { createNodeDriver, createNodeRuntimeDriverFactory, NodeRuntime } from "vivarium";

const program = `
  const express = require("express");
  const app = express();
  const orders = [{ id: 1, what: "a teapot" }];

  app.use(express.json());
  app.get("/orders/:id", (request, response) => {
    const order = orders.find(({ id }) => id === Number(request.params.id));
    return order ? response.json(order) : response.status(404).json({ error: "no such order" });
  });
  app.post("/orders", (request, response) => {
    const order = { id: orders.length + 1, ...request.body };
    orders.push(order);
    response.status(201).location("/orders/" + order.id).json(order);
  });
  app.get("/busy", async () => {
    for (;;) await new Promise((resolve) => setImmediate(resolve));
  });

  exports.listen = () => new Promise((resolve) => app.listen(3000, resolve)).then(() => undefined);
`;

await using runtime = new NodeRuntime({
  systemDriver: createNodeDriver({
    moduleAccess: { cwd: import.meta.dirname },
    permissions: { fs: ({ op }) => op === "read", network: ({ op, port }) => op === "listen" && port === 3000 },
  }),
  runtimeDriverFactory: createNodeRuntimeDriverFactory(),
  memoryLimit: 256,
});
await using guest = await runtime.load<{ listen(): Promise<void> }>(program, "/server.cjs");
await guest.call("listen");

async function ask(path: string, init?: Parameters<typeof guest.fetch>[1]): Promise<void> {
  const response = await guest.fetch(`http://orders.test:3000${path}`, init);
  console.log(response.status, response.headers.get("location") ?? "-", await response.text());
}

await ask("/orders/1");
const order = { method: "POST", headers: { "Content-Type": "application/json" }, body: '{"what":"two cups"}' };
await ask("/orders", order);
await ask("/orders/2");
await ask("/orders/3");
// One request may use so much of the processor; the server goes on.
await ask("/busy", { cpuTimeLimitMs: 50 }).catch(({ cause }: { cause: Error }) => console.log(cause.message));
await ask("/orders/1");
