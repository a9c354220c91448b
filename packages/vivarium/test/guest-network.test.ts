import { once } from "node:events";
import { createServer, type RequestListener, type Server } from "node:http";
import { createServer as createSecureServer } from "node:https";
import { type AddressInfo, createServer as createTcpServer } from "node:net";
import { TLSSocket } from "node:tls";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  allowAll,
  allowUrls,
  createInMemoryFileSystem,
  createNodeDriver,
  createNodeRuntimeDriverFactory,
  NodeRuntime,
  type Permissions,
  type SystemDriver,
  WebRuntime,
} from "../src/index.ts";
import { localCertificate } from "./local-certificate.table.ts";
import { type CellKind, sampledKinds } from "./worlds.ts";

const answer: RequestListener = (request, response) => {
  if (request.url === "/redirect") return response.writeHead(302, { location: "/private" }).end();
  let body = "";
  request.on("data", (piece) => {
    body += String(piece);
  });
  request.on("end", () => response.end(`${request.method} ${request.url} ${body}`));
  return undefined;
};
const plain = createServer(answer);
const secure = createSecureServer({ ...localCertificate, ALPNProtocols: ["http/1.1"] }, answer);
/** Begins TLS when it is told to, and answers `<…>` over it; `STARTTLS!` has it say more in plain before. */
const starting = createTcpServer((socket) => {
  socket.on("error", () => undefined);
  socket.once("data", (asked) => {
    socket.write(String(asked) === "STARTTLS!" ? "ready, and more" : "ready");
    const overTls = new TLSSocket(socket, { isServer: true, ...localCertificate });
    overTls.on("error", () => undefined);
    overTls.on("data", (piece) => overTls.end(`<${String(piece)}>`));
  });
});
/** Answers every question over TCP with one address. */
const names = createTcpServer((socket) => {
  socket.on("error", () => undefined);
  socket.once("data", (asked) => {
    const record = [0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 9, 0, 4, 192, 0, 2, 7];
    const question = asked.subarray(2);
    const head = [...question.subarray(0, 2), 0x81, 0x80, 0, 1, 0, 1, 0, 0, 0, 0];
    const reply = Buffer.from([...head, ...question.subarray(12), ...record]);
    socket.end(Buffer.from([reply.length >> 8, reply.length & 255, ...reply]));
  });
});
const portOf = (server: Pick<Server, "address">): number => (server.address() as AddressInfo).port;

beforeAll(async () => {
  for (const server of [plain, secure, starting, names]) await once(server.listen(0, "127.0.0.1"), "listening");
});
afterAll(() => {
  for (const server of [plain, secure]) server.close().closeAllConnections();
  starting.close();
  names.close();
});

const driver = (permissions: Permissions): SystemDriver =>
  createNodeDriver({
    filesystem: createInMemoryFileSystem(),
    permissions,
    useDefaultNetwork: true,
    loopbackExemptPorts: [plain, secure, starting, names].map(portOf),
  });

/** What a program prints, whose `HTTP`, `HTTPS` and `CA` are the servers. */
async function print(cells: CellKind, permissions: Permissions, program: string): Promise<string> {
  let output = "";
  await using runtime = new NodeRuntime({
    systemDriver: driver(permissions),
    runtimeDriverFactory: createNodeRuntimeDriverFactory({ cells }),
    memoryLimit: 256,
    onStdio: ({ message }) => {
      output += message;
    },
  });
  const constants = {
    HTTP: `localhost:${portOf(plain)}`,
    HTTPS: `localhost:${portOf(secure)}`,
    STARTING: portOf(starting),
    NAMES: `127.0.0.1:${portOf(names)}`,
    CA: localCertificate.cert,
  };
  const head = Object.entries(constants).map(([name, value]) => `const ${name} = ${JSON.stringify(value)};`);
  const result = await runtime.exec(`${head.join("")}\n${tools}\n${program}`, { filePath: "/program.js" });
  expect(result.outcome.kind, output).toBe("returned");
  return output.replaceAll(/:\d{4,5}\b/g, ":PORT").trimEnd();
}

const tools = `
  const http = require("node:http"), https = require("node:https"), tls = require("node:tls"), net = require("node:net");
  const tell = (error) => console.log(error.message, error.code ?? "", error.cause?.code ?? "", error.cause?.message ?? "");
  const get = (module, url, options) => new Promise((done) => {
    module.get(url, options, async (response) => { let text = ""; for await (const piece of response.setEncoding("utf8")) text += piece; done(console.log(response.statusCode, text)); })
      .on("error", (error) => done(tell(error)));
  });
  const resolveAt = (servers) => new Promise((done) => {
    const resolver = new (require("node:dns").Resolver)({ timeout: 5000 });
    resolver.setServers(servers);
    resolver.resolve4("name.test", { ttl: true }, (error, found) => done(console.log(error ? error.code + " " + error.syscall : JSON.stringify(found))));
  });
  const ask = (url, init) => fetch(url, init).then(async (response) => console.log(response.status, await response.text()), tell);`;

const webSocketProgram = `
  const crypto = require("node:crypto");
  const server = http.createServer().on("upgrade", ({ headers }, socket) => {
    const accept = crypto.createHash("sha1").update(headers["sec-websocket-key"] + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").digest("base64");
    socket.write("HTTP/1.1 101 Switching Protocols\\r\\nUpgrade: websocket\\r\\nConnection: Upgrade\\r\\nSec-WebSocket-Accept: " + accept + "\\r\\n\\r\\n");
    socket.on("data", (frame) => {
      if ((frame[0] & 15) === 8) return socket.end(Buffer.from([0x88, 2, 3, 232]));
      const mask = frame.subarray(2, 6);
      const text = frame.subarray(6, 6 + (frame[1] & 127)).map((byte, index) => byte ^ mask[index % 4]);
      socket.write(Buffer.concat([Buffer.from([0x81, text.length]), text]));
    });
  });
  server.listen(0, "127.0.0.1", () => {
    const socket = new WebSocket("ws://127.0.0.1:" + server.address().port + "/chat");
    socket.onopen = () => { console.log("open", socket.readyState); socket.send("hello"); };
    socket.onmessage = ({ data }) => { console.log("message", data); socket.close(1000); };
    socket.onclose = ({ code, wasClean }) => { console.log("close", code, wasClean); server.close(); };
  });`;

describe.each(sampledKinds)("the network in a guest in a cell of kind %s", (cells) => {
  it("is the host's, over HTTP and TLS", { timeout: 30_000 }, async () => {
    const output = await print(
      cells,
      allowAll,
      `(async () => {
        await ask("http://" + HTTP + "/fetched", { method: "POST", body: "a body" });
        await ask("http://" + HTTP + "/redirect");
        const body = (path) => fetch("http://" + HTTP + path, { method: "PUT", body: path.repeat(99) }).then((response) => response.text());
        const paths = Array.from({ length: 40 }, (_, index) => "/at-once/" + index);
        const bodies = await Promise.all(paths.map(body));
        console.log(bodies.filter((text, index) => text === "PUT " + paths[index] + " " + paths[index].repeat(99)).length);
        await get(http, "http://" + HTTP + "/got");
        await get(https, "https://" + HTTPS + "/secure", { ca: CA });
        await get(https, "https://" + HTTPS + "/secure");
        const socket = tls.connect({ port: HTTPS.split(":")[1], host: "localhost", ca: CA, ALPNProtocols: ["http/1.1"] }, () => {
          const { subject, subjectaltname, raw } = socket.getPeerCertificate();
          console.log(socket.authorized, socket.getProtocol(), socket.alpnProtocol, subject.CN, subjectaltname, Buffer.isBuffer(raw), typeof socket.getCipher().name);
          socket.end("GET /raw HTTP/1.0\\r\\n\\r\\n");
        });
        socket.setEncoding("utf8").on("data", (text) => console.log(text.split("\\r\\n").at(-1)));
      })()`,
    );
    expect(output.split("\n")).toEqual([
      "200 POST /fetched a body",
      "200 GET /private ",
      "40",
      "200 GET /got ",
      "200 GET /secure ",
      expect.stringContaining("DEPTH_ZERO_SELF_SIGNED_CERT"),
      "true TLSv1.3 http/1.1 localhost DNS:localhost true string",
      "GET /raw",
    ]);
  });

  it("begins TLS on a connection that was read before, and not after what came in plain", {
    timeout: 30_000,
  }, async () => {
    const output = await print(
      cells,
      allowAll,
      `const begin = (asked, size) => new Promise((done) => {
        const socket = net.connect(STARTING, "localhost", () => socket.write(asked));
        socket.once("readable", () => {
          console.log(String(socket.read(size)));
          const overTls = tls.connect({ socket, ca: CA, servername: "localhost" }, () => overTls.write("hidden"));
          overTls.on("data", (piece) => console.log(String(piece))).on("error", tell).on("close", done);
        });
      });
      begin("STARTTLS", 5).then(() => begin("STARTTLS!", 5));`,
    );
    expect(output.split("\n")).toEqual(["ready", "<hidden>", "ready", expect.stringContaining("EPROTO")]);
  });

  it("keeps to a policy of URLs, whatever is used", { timeout: 30_000 }, async () => {
    const urls = [`http://localhost:${portOf(plain)}/{ok,redirect}`, `https://localhost:${portOf(secure)}/ok`];
    const output = await print(
      cells,
      { ...allowAll, network: allowUrls(urls) },
      `(async () => {
        await ask("http://" + HTTP + "/ok");
        await ask("http://" + HTTP + "/private");
        await ask("http://" + HTTP + "/redirect");
        await get(http, "http://" + HTTP + "/ok");
        await get(http, "http://" + HTTP + "/private");
        await get(https, "https://" + HTTPS + "/ok", { ca: CA });
        await get(https, "https://" + HTTPS + "/private", { ca: CA });
        await get(https, "https://" + HTTPS + "/ok");
        net.connect(HTTP.split(":")[1], "127.0.0.1", function () { this.write("HELO there\\r\\n"); }).on("error", tell).on("data", (bytes) => console.log(String(bytes)));
      })()`,
    );
    expect(output.split("\n")).toEqual([
      "200 GET /ok ",
      expect.stringMatching(/^fetch failed {2}EACCES connect EACCES [\d.]+:PORT/),
      expect.stringMatching(/^fetch failed {2}EACCES connect EACCES [\d.]+:PORT/),
      "200 GET /ok ",
      expect.stringMatching(/^connect EACCES [\d.]+:PORT EACCES/),
      "200 GET /ok ",
      expect.stringMatching(/^connect EACCES [\d.]+:PORT EACCES/),
      expect.stringContaining("DEPTH_ZERO_SELF_SIGNED_CERT"),
      expect.stringMatching(/^connect EACCES 127.0.0.1:PORT \(.*\) EACCES/),
    ]);
  });

  it("reaches the servers of names that a program names, over TCP", { timeout: 30_000 }, async () => {
    expect(await print(cells, allowAll, "resolveAt([NAMES])")).toBe('[{"address":"192.0.2.7","ttl":9}]');
  });

  it("is none without a permission", { timeout: 30_000 }, async () => {
    const output = await print(
      cells,
      {},
      `(async () => {
        await ask("http://" + HTTP + "/");
        await get(https, "https://" + HTTPS + "/");
        for (const connect of [() => net.connect(HTTP.split(":")[1], "127.0.0.1"), () => net.connect("/run/some.sock"), () => tls.connect(443, "192.0.2.1")])
          await new Promise((done) => connect().on("error", (error) => done(console.log(error.code, error.syscall))));
        await new Promise((done) => require("node:dns").lookup("example.com", (error) => done(console.log(error.code, error.syscall))));
        await new Promise((done) => require("node:dns").resolveMx("example.com", (error) => done(console.log(error.code, error.syscall))));
        await resolveAt([NAMES, "192.0.2.1"]);
      })()`,
    );
    expect(output.split("\n")).toEqual([
      expect.stringContaining("fetch failed  EACCES"),
      expect.stringContaining("EACCES"),
      "EACCES connect",
      "EACCES connect",
      "EACCES connect",
      "EACCES getaddrinfo",
      "EACCES queryMx",
      "EACCES queryA",
    ]);
  });

  it("is the guest's own, where it serves itself: a WebSocket to it", { timeout: 30_000 }, async () => {
    expect(await print(cells, allowAll, webSocketProgram)).toBe("open 1\nmessage hello\nclose 1000 true");
  });

  it("is there for fetch in a web guest, within its permissions", { timeout: 30_000 }, async () => {
    const url = `http://localhost:${portOf(plain)}/of-the-web`;
    const program = `
      const tell = (error) => error.cause.code;
      export const answers = [
        await fetch("${url}", { method: "PUT", body: "x" }).then((response) => response.text(), tell),
        await fetch("${url}/not").then((response) => response.text(), tell),
      ];`;
    await using runtime = new WebRuntime({
      systemDriver: driver({ network: allowUrls([url]) }),
      runtimeDriverFactory: createNodeRuntimeDriverFactory({ cells }),
    });
    const { exports } = await runtime.run(program, "/program.mjs");
    expect(exports).toEqual({ answers: ["PUT /of-the-web x", "EACCES"] });
  });
});
