import { afterAll, expect, it } from "vitest";
import { createNodeDriver, createNodeRuntimeDriverFactory, NodeRuntime } from "../src/index.ts";

// It is allowed nothing at all: what a guest sends to itself is nobody else's matter.
const runtime = new NodeRuntime({
  systemDriver: createNodeDriver({}),
  runtimeDriverFactory: createNodeRuntimeDriverFactory(),
});
afterAll(() => runtime.dispose());

async function exportsOf(program: string): Promise<unknown> {
  const { exports, errorMessage } = await runtime.run(`const dgram = require("node:dgram");${program}`);
  expect(errorMessage).toBeUndefined();
  return exports;
}

it("carries datagrams between the sockets of a guest, and tells whom they come from", async () => {
  expect(
    await exportsOf(`
      const server = dgram.createSocket("udp4");
      const client = dgram.createSocket("udp6");
      const other = dgram.createSocket("udp4");
      module.exports = [];
      server.on("message", (bytes, { address, family, size }) => {
        module.exports.push([bytes.toString(), address, family, size]);
        if (module.exports.length === 2) [server, client, other].map((socket) => socket.close());
      });
      server.bind(0, "127.0.0.1", () => {
        const { port } = server.address();
        other.send(["in ", "pieces"], port, "127.0.0.1");
        other.send(new Uint8Array(0), port, "127.0.0.1");
        client.send("elsewhere", port, "::1");
      });
    `),
  ).toEqual([
    ["in pieces", "127.0.0.1", "IPv4", 9],
    ["", "127.0.0.1", "IPv4", 0],
  ]);
});

it("sends nothing out of the guest, and binds to nothing of the host's", async () => {
  expect(
    await exportsOf(`
      module.exports = [];
      const socket = dgram.createSocket("udp4");
      const told = (error) => void module.exports.push(error?.code ?? "sent");
      socket.send("x", 9, "192.0.2.1", told);
      socket.send("x", 9, "255.255.255.255", told);
      socket.send(new Uint8Array(65_508), 9, "127.0.0.1", told);
      socket.send("x", 9, "127.0.0.1", (error) => { told(error); socket.close(); });
      dgram.createSocket("udp4").on("error", told).bind(9, "192.0.2.1");
    `),
  ).toEqual(["EADDRNOTAVAIL", "EACCES", "EACCES", "EMSGSIZE", "sent"]);
});

it("loses what nobody takes, beyond the room of a socket", async () => {
  expect(
    await exportsOf(`
      const socket = dgram.createSocket("udp4");
      module.exports = 0;
      socket.on("message", ({ length }) => {
        module.exports++;
        if (length === 0) socket.close();
      });
      socket.bind(() => {
        const { port } = socket.address();
        const bytes = new Uint8Array(60_000);
        for (let index = 0; index < 9; index++) socket.send(bytes, port, "127.0.0.1");
        socket.send("", port, "127.0.0.1");
      });
    `),
  ).toBe(4);
});
