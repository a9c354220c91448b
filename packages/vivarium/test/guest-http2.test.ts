import { once } from "node:events";
import { type AddressInfo, createServer as createTcpServer } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  allowAllNetwork,
  allowUrls,
  createInMemoryFileSystem,
  createNodeDriver,
  createNodeRuntimeDriverFactory,
  NodeRuntime,
  type Permissions,
} from "../src/index.ts";
import { type CellKind, sampledKinds } from "./worlds.ts";

/** Whoever connects to it, and what they say first. */
const heard: string[] = [];
const outside = createTcpServer((socket) => {
  socket.on("error", () => undefined).on("data", (bytes) => heard.push(bytes.toString("latin1").slice(0, 16)));
});

beforeAll(async () => {
  await once(outside.listen(0, "127.0.0.1"), "listening");
});
afterAll(() => {
  outside.close();
});

/** What a program prints whose `OUTSIDE` is a server that it may know of. */
async function print(cells: CellKind, permissions: Permissions, program: string): Promise<string> {
  let output = "";
  const { port } = outside.address() as AddressInfo;
  await using runtime = new NodeRuntime({
    systemDriver: createNodeDriver({
      filesystem: createInMemoryFileSystem(),
      permissions,
      useDefaultNetwork: true,
      loopbackExemptPorts: [port],
    }),
    runtimeDriverFactory: createNodeRuntimeDriverFactory({ cells }),
    memoryLimit: 128,
    onStdio: ({ message }) => {
      output += message;
    },
  });
  const source = `const h2 = require("node:http2"); const net = require("node:net"); const OUTSIDE = ${port};\n${program}`;
  const status = await runtime.exec(source, { wallTimeLimitMs: 20_000 });
  return status.code === 0 ? output : `${output}${status.errorMessage}`;
}

const local: Permissions = { ...allowAllNetwork, fs: () => true };

/** A server of the guest's, and a socket that speaks frames to it as nobody should; `frame(type, flags, stream, payload)`. */
const raw = `
  const frame = (type, flags, stream, payload = Buffer.alloc(0)) => {
    const head = Buffer.alloc(9);
    head.writeUIntBE(payload.length, 0, 3); head[3] = type; head[4] = flags; head.writeUInt32BE(stream, 5);
    return Buffer.concat([head, payload]);
  };
  const preface = Buffer.concat([Buffer.from("PRI * HTTP/2.0\\r\\n\\r\\nSM\\r\\n\\r\\n"), frame(4, 0, 0)]);
  const headers = Buffer.from([0x82, 0x84, 0x86, 0x41, 1, 97]);
  const attack = (name, more, rounds = 400) => new Promise((resolve) => {
    const server = h2.createServer({ maxSessionInvalidFrames: 50, maxSessionMemory: 1 });
    let why = "";
    server.on("stream", (stream) => stream.on("error", () => {})).on("session", (session) => session.on("error", ({ message }) => { why = message; }));
    server.listen(0, () => {
      let round = 0;
      const socket = net.connect(server.address().port).on("error", () => {}).resume();
      const send = () => (round === rounds ? socket.destroy() : socket.write(more(round++), () => setImmediate(send)));
      socket.on("close", () => { console.log(name + ":", round < rounds ? why : "borne"); server.close(resolve); });
      socket.write(preface);
      send();
    });
  });`;

describe.each(sampledKinds)("HTTP/2 in a guest (%s)", (cells) => {
  it("goes to and fro within the guest, with bodies, trailers, pushes and files", async () => {
    const program = `
      require("node:fs").writeFileSync("/a.txt", "of a file");
      const server = h2.createServer();
      server.on("stream", (stream, headers) => {
        if (headers[":path"] === "/file") return stream.respondWithFile("/a.txt");
        stream.pushStream({ ":path": "/pushed" }, (error, pushed) => { pushed.respond(); pushed.end("pushed"); });
        stream.respond({ ":status": 201, "x-a": "ä" }, { waitForTrailers: true });
        stream.on("wantTrailers", () => stream.sendTrailers({ "x-end": "1" }));
        stream.pipe(stream);
      });
      server.listen(0, async () => {
        const client = h2.connect("http://localhost:" + server.address().port);
        client.on("stream", (pushed) => pushed.setEncoding("utf8").on("data", (text) => console.log(text)));
        const ask = (path, body) => new Promise((resolve) => {
          const request = client.request({ ":path": path, ":method": "POST" });
          const seen = []; let length = 0;
          request.on("response", (headers) => seen.push(headers[":status"])).on("trailers", (trailers) => seen.push(trailers["x-end"]));
          request.on("data", (piece) => { length += piece.length; }).on("close", () => resolve([...seen, length].join()));
          request.end(body);
        });
        console.log(await ask("/", "z".repeat(300_000)));
        console.log(await ask("/file", ""));
        client.ping((error, duration, payload) => { console.log(error, payload.length); client.close(); server.close(); });
      });`;
    expect(await print(cells, local, program)).toBe("pushed\n201,1,300000\n200,9\nnull 8\n");
  });

  it("carries an error of the program's to where Node would", async () => {
    const program = `
      process.on("uncaughtException", (error) => console.log("uncaught", error.message));
      const server = h2.createServer().on("stream", (stream) => { setImmediate(() => stream.close(8)); throw new Error("mine"); });
      server.listen(0, () => {
        const client = h2.connect("http://localhost:" + server.address().port);
        client.request().on("close", () => { console.log("over"); client.close(); server.close(); }).resume();
      });`;
    expect(await print(cells, local, program)).toBe("uncaught mine\nover\n");
  });

  it("loses no answer to a reset over a stream that is slow, and refuses what comes beyond a limit", async () => {
    const program = `
      const { duplexPair } = require("node:stream");
      const slow = () => {
        const [near, far] = duplexPair();
        h2.performServerHandshake(far).on("stream", (stream) => { stream.respond({ ":status": 204 }); stream.end(); });
        const client = h2.connect("http://a.test", { createConnection: () => near, maxOutstandingPings: 1 });
        client.request().on("response", (headers) => console.log(headers[":status"])).on("close", () => client.destroy()).resume();
      };
      const server = h2.createServer({ settings: { maxConcurrentStreams: 1 } }).on("stream", (stream) => { stream.respond(); stream.end(); });
      server.listen(0, () => {
        const client = h2.connect("http://localhost:" + server.address().port, { maxOutstandingPings: 1 });
        client.on("connect", () => {
          for (const payload of [new Uint16Array(4), Buffer.alloc(8)]) client.ping(payload, (error) => console.log("ping", error?.code));
        });
        for (const name of ["first", "second"]) client.request().on("error", () => {}).on("close", function () { console.log(name, this.rstCode); }).resume();
        setTimeout(() => { client.close(); server.close(slow); }, 300);
      });`;
    const printed = await print(cells, local, program);
    expect(printed.trim().split("\n").sort()).toEqual([
      "204",
      "first 0",
      "ping ERR_HTTP2_PING_CANCEL",
      "ping undefined",
      "second 7",
    ]);
  });

  it("ends a session whose peer sends what has no end, or cannot be", async () => {
    const program = `
      const many = (round, make) => Buffer.concat(Array.from({ length: 20 }, (_, index) => make(1 + 2 * (round * 20 + index))));
      const number = (value) => { const bytes = Buffer.alloc(4); bytes.writeUInt32BE(value); return bytes; };
      (async () => {
        await attack("continuations", (round) => frame(round ? 9 : 1, 0, 1, round ? Buffer.alloc(16) : headers));
        await attack("pings", () => Buffer.concat(Array.from({ length: 2000 }, () => frame(6, 0, 0, Buffer.alloc(8)))));
        await attack("pings answered", () => frame(6, 1, 0, Buffer.alloc(8)));
        await attack("settings answered", () => frame(4, 1, 0));
        await attack("empty data", (round) => (round ? frame(0, 0, 1) : frame(1, 4, 1, headers)));
        await attack("rapid resets", (round) => many(round, (id) => Buffer.concat([frame(1, 5, id, headers), frame(3, 0, id, number(8))])));
        await attack("streams", (round) => many(round, (id) => frame(1, 4, id, headers)));
        await attack("priorities", (round) => many(round, (id) => frame(2, 0, id, number(0))));
        await attack("data of no stream", () => frame(0, 0, 0, Buffer.alloc(100)));
        await attack("windows", () => frame(8, 0, 0, number(0x7fffffff)));
        await attack("settings", () => frame(4, 0, 0, Buffer.alloc(6 * 40)));
      })();`;
    expect((await print(cells, local, `${raw}\n${program}`)).trim().split("\n")).toEqual([
      "continuations: Too many CONTINUATION frames following a HEADER frame",
      "pings: Flooding was detected in this HTTP/2 session, and it must be closed",
      "pings answered: Protocol error",
      "settings answered: Protocol error",
      "empty data: Too many invalid HTTP/2 frames",
      "rapid resets: Protocol error",
      "streams: Too many invalid HTTP/2 frames",
      "priorities: Protocol error",
      "data of no stream: Protocol error",
      "windows: Flow control error",
      "settings: Protocol error",
    ]);
  });

  it("does not lead past a policy of URLs, nor past none", async () => {
    const program = `
      const client = h2.connect("http://127.0.0.1:" + OUTSIDE);
      client.on("error", (error) => console.log(error.code)).on("close", () => console.log("closed"));
      client.request({ ":path": "/secret" }).on("error", () => {}).resume();`;
    heard.length = 0;
    const allowed = { network: allowUrls([`http://127.0.0.1:${(outside.address() as AddressInfo).port}/public`]) };
    expect(await print(cells, allowed, program)).toMatch(/EACCES|ECONNRESET|closed/);
    expect(await print(cells, {}, program)).toContain("EACCES");
    expect(heard).toEqual([]);
    await print(cells, allowAllNetwork, `${program}; setTimeout(() => process.exit(), 500);`);
    expect(heard[0]).toBe("PRI * HTTP/2.0\r\n");
  });
});
