import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createNodeDriver, createNodeRuntimeDriverFactory, NodeRuntime } from "../src/index.ts";
import { localCertificate } from "./local-certificate.table.ts";
import { type CellKind, sampledKinds } from "./worlds.ts";

const { cert, key } = localCertificate;

/** On 443 a server as it should be; on 8443 one that speaks no TLS. */
const servers = `
  const https = require("node:https"), net = require("node:net");
  const server = https.createServer(${JSON.stringify({ cert, key })}, async (request, response) => {
    let body = "";
    for await (const piece of request.setEncoding("utf8")) body += piece;
    const { socket, headers, url } = request;
    response.end(JSON.stringify({ url, body, host: headers.host, name: socket.servername, protocol: socket.getProtocol() }));
  });
  const liar = net.createServer((socket) => {
    socket.on("error", () => undefined).write("HTTP/1.1 200 OK\\r\\n\\r\\n");
  });
  exports.ready = async () => {
    await new Promise((resolve) => server.listen(443, resolve));
    await new Promise((resolve) => liar.listen(8443, resolve));
  };`;

const codeOf = (error: unknown): unknown => Object(Object(error).cause).code;

describe.each(sampledKinds)("an https server of a guest in a cell of kind %s", (cells: CellKind) => {
  let runtime: NodeRuntime;

  beforeAll(async () => {
    runtime = new NodeRuntime({
      systemDriver: createNodeDriver({ permissions: { network: ({ op }) => op === "listen" } }),
      runtimeDriverFactory: createNodeRuntimeDriverFactory({ cells }),
      memoryLimit: 128,
    });
    const guest = await runtime.load<{ ready(): Promise<void> }>(servers, "/server.cjs");
    await guest.call("ready");
  }, 30_000);
  afterAll(async () => await runtime[Symbol.asyncDispose]());

  it("answers its host, which trusts its certificate", async () => {
    const init = { method: "POST", body: "a body", tls: { ca: cert } };
    const response = await runtime.network.fetch("https://localhost/path", init);
    const protocol = "TLSv1.3";
    const answer = { url: "/path", body: "a body", host: "localhost", name: "localhost", protocol };
    expect(await response.json()).toEqual(answer);
    const again = await runtime.network.fetch("https://localhost:443/again", { tls: { ca: [cert] } });
    expect(await again.json()).toMatchObject({ url: "/again" });
  });

  it("answers a host that does without certificates, and asks for a name of its own", async () => {
    const tls = { rejectUnauthorized: false, servername: "b.test" };
    const response = await runtime.network.fetch("https://a.test/", { tls });
    expect(await response.json()).toMatchObject({ host: "a.test", name: "b.test" });
  });

  it("is not trusted by itself, nor under another name than that of its certificate", async () => {
    const alone = await runtime.network.fetch("https://localhost/").catch(codeOf);
    expect(alone).toBe("DEPTH_ZERO_SELF_SIGNED_CERT");
    const other = await runtime.network.fetch("https://a.test/", { tls: { ca: cert } }).catch(codeOf);
    expect(other).toBe("ERR_TLS_CERT_ALTNAME_INVALID");
    const named = { tls: { ca: cert, servername: "localhost" } };
    expect((await runtime.network.fetch("https://a.test/", named)).status).toBe(200);
    // What was agreed on without certificates is no connection for who asks for one.
    expect(await runtime.network.fetch("https://localhost/").catch(codeOf)).toBe("DEPTH_ZERO_SELF_SIGNED_CERT");
  });

  it("fails by its code where it speaks no TLS", async () => {
    const code = await runtime.network.fetch("https://localhost:8443/", { tls: { ca: cert } }).catch(codeOf);
    expect(code).toMatch(/^ERR_SSL_/);
  });

  it("is asked as the host says, or not at all", async () => {
    for (const tls of [{ ca: 1 }, { rejectUnauthorized: "no" }, { servername: "" }]) {
      const asked = runtime.network.fetch("https://localhost/", { tls } as never);
      await expect(asked).rejects.toMatchObject({ code: "ERR_INVALID_OPTION" });
    }
    const misspelt = runtime.network.fetch("https://localhost/", { tls: { rejectUnauthorised: false } } as never);
    await expect(misspelt).rejects.toMatchObject({ code: "ERR_UNKNOWN_OPTION" });
  });
});
