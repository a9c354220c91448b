/** A guest may reach some URLs of a service, by whatever library: the rest is refused, redirects to it too. */
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { allowUrls, createNodeDriver, createNodeRuntimeDriverFactory, NodeRuntime } from "vivarium";

const server = createServer((request, response) => {
  if (request.url === "/v1/moved") response.writeHead(302, { location: "/internal/keys" });
  response.end(`${request.method} ${request.url}`);
});
server.listen(0, "127.0.0.1");
await once(server, "listening");
const { port } = server.address() as AddressInfo;

const program = `
  const http = require("node:http");
  const net = require("node:net");
  const origin = "http://localhost:${port}";

  const byFetch = (path) => fetch(origin + path).then((response) => response.text(), (error) => error.cause.code);
  const byHttp = (path) => new Promise((resolve) => {
    http.get(origin + path, (response) => response.on("data", (data) => resolve(String(data))))
      .on("error", (error) => resolve(error.code));
  });
  const bySocket = (path) => new Promise((resolve) => {
    const socket = net.connect(${port}, "localhost");
    socket.on("data", (data) => resolve(String(data).split("\\r\\n").at(-1)));
    socket.on("error", (error) => resolve(error.code));
    socket.write("GET " + path + " HTTP/1.1\\r\\nHost: localhost:${port}\\r\\nConnection: close\\r\\n\\r\\n");
  });

  (async () => {
    for (const path of ["/v1/items", "/internal/keys"]) {
      console.log(path.padEnd(15), "fetch:", await byFetch(path), "http:", await byHttp(path), "net:", await bySocket(path));
    }
    console.log("/v1/moved".padEnd(15), "fetch:", await byFetch("/v1/moved"));
  })();
`;

await using runtime = new NodeRuntime({
  systemDriver: createNodeDriver({
    useDefaultNetwork: true,
    permissions: { network: allowUrls([`http://localhost:${port}/v1/**`]) },
  }),
  runtimeDriverFactory: createNodeRuntimeDriverFactory(),
  onStdio: ({ message }) => void process.stdout.write(message),
});
await runtime.exec(program, { filePath: "/program.cjs" });
server.closeAllConnections();
server.close();
