/** A network of one's own: the first run records what a server answers, the second has nothing but the recording. */
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import {
  allowUrls,
  createDefaultNetworkAdapter,
  createNodeDriver,
  createNodeRuntimeDriverFactory,
  type NetworkAdapter,
  NodeRuntime,
} from "vivarium";
import { RecordingNetwork, ReplayingNetwork } from "./recorded-network.ts";

const server = createServer((request, response) => {
  response.setHeader("Content-Type", "application/json");
  response.end(JSON.stringify({ path: request.url, answered: 1 }));
});
server.listen(0, "127.0.0.1");
await once(server, "listening");
const { port } = server.address() as AddressInfo;

const program = `
  const ask = async (path) => {
    try {
      return await (await fetch("http://localhost:${port}" + path)).json();
    } catch (error) {
      return error.message + ": " + error.cause.code;
    }
  };
  (async () => {
    console.log(await ask("/a"));
    console.log(await ask("/" + process.argv[2]));
  })();
`;

const factory = createNodeRuntimeDriverFactory();

async function run(networkAdapter: NetworkAdapter, word: string): Promise<void> {
  await using runtime = new NodeRuntime({
    systemDriver: createNodeDriver({
      networkAdapter,
      permissions: { network: allowUrls([`http://localhost:${port}/**`]) },
      processConfig: { argv: [word] },
    }),
    runtimeDriverFactory: factory,
    onStdio: ({ message }) => void process.stdout.write(message),
  });
  await runtime.exec(program, { filePath: "/program.cjs" });
}

await using network = createDefaultNetworkAdapter();
const recorder = new RecordingNetwork(network);
console.log("recording:");
await run(recorder, "b");
server.closeAllConnections();
server.close();

console.log("the server is gone:");
const saved = JSON.stringify(recorder.recording);
await run(new ReplayingNetwork(JSON.parse(saved)), "b");
console.log("what was not recorded:");
await run(new ReplayingNetwork(JSON.parse(saved)), "c");
