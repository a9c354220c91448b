import { describe, expect, test } from "vitest";
import { allowAll, createNodeDriver, createNodeRuntimeDriverFactory, NodeRuntime } from "../src/index.ts";
import { sampledKinds } from "./worlds.ts";

describe.each(sampledKinds)("In a cell of kind %s", (cells) => {
  test("what is open is told of as Node tells it, whether or not anything is going on there", async () => {
    await using runtime = new NodeRuntime({
      systemDriver: createNodeDriver({ permissions: allowAll }),
      runtimeDriverFactory: createNodeRuntimeDriverFactory({ cells }),
    });
    const result = await runtime.run(`
      import net from "node:net";
      import { once } from "node:events";
      const kinds = () => process.getActiveResourcesInfo().filter((kind) => kind.startsWith("TCP")).sort();
      const server = net.createServer().listen(0);
      await once(server, "listening");
      const arrived = once(server, "connection");
      const client = net.connect(server.address().port);
      const [[socket]] = await Promise.all([arrived, once(client, "connect")]);
      client.pause();
      export const open = kinds();
      const handles = process._getActiveHandles();
      export const owners = [server, client, socket].map((owner) => handles.includes(owner));
      client.unref();
      export const unreferenced = [kinds().length, process._getActiveHandles().includes(client)];
      for (const owner of [client, socket]) owner.destroy();
      await new Promise((resolve) => server.close(resolve));
      export const closed = [kinds(), process._getActiveHandles().includes(server)];
    `);
    expect(result.errorMessage).toBeUndefined();
    expect(result.exports).toEqual({
      open: ["TCPServerWrap", "TCPSocketWrap", "TCPSocketWrap"],
      owners: [true, true, true],
      unreferenced: [2, false],
      closed: [[], false],
    });
  });
});
