/** A network of one's own: guests reach a service by a name that the host gives it, with a credential that they never see. */
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import {
  allowUrls,
  createDefaultNetworkAdapter,
  createNodeDriver,
  createNodeRuntimeDriverFactory,
  NodeRuntime,
} from "vivarium";
import { GatewayNetwork } from "./gateway-network.ts";

const server = createServer((request, response) => {
  const { url, headers } = request;
  if (headers.authorization !== "Bearer of the host") response.writeHead(401);
  response.end(`${response.statusCode} ${url}, asked for by ${headers["x-tenant"]}`);
});
server.listen(0, "127.0.0.1");
await once(server, "listening");
const { port } = server.address() as AddressInfo;

const program = `
  const ask = async (url, headers) => {
    try {
      return await (await fetch(url, { headers })).text();
    } catch (error) {
      return error.message + ": " + error.cause.code;
    }
  };
  (async () => {
    console.log(await ask("https://orders.service/v1/orders?open"));
    console.log(await ask("https://orders.service/v1/orders", { authorization: "Bearer of nobody", "x-tenant": "another" }));
    console.log(await ask("https://orders.service/admin"));
    console.log(await ask("https://orders.service//127.0.0.1:${port}/v1/orders"));
    console.log(await ask("http://127.0.0.1:${port}/v1/orders"));
  })();
`;

await using network = createDefaultNetworkAdapter();
const orders = {
  origin: `http://localhost:${port}`,
  address: "127.0.0.1",
  headers: { Authorization: "Bearer of the host", "X-Tenant": "tenant 7" },
};
await using runtime = new NodeRuntime({
  systemDriver: createNodeDriver({
    networkAdapter: new GatewayNetwork({ "orders.service": orders }, network),
    permissions: { network: allowUrls(["https://orders.service/v1/**"]) },
  }),
  runtimeDriverFactory: createNodeRuntimeDriverFactory(),
  onStdio: ({ message }) => void process.stdout.write(message),
});
await runtime.exec(program, { filePath: "/program.cjs" });
server.closeAllConnections();
server.close();
