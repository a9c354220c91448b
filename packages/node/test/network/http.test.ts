import { allowAllNetwork, allowHosts, allowUrls, any, type NetworkAdapter } from "@vivarium/core";
import { describe, expect, it } from "vitest";
import { createDefaultNetworkAdapter } from "../../src/index.ts";
import { failureOf, GuestNetworkUnderTest } from "./support/guest-network-under-test.ts";
import { serveHttp, serveTcp } from "./support/local-server.ts";

describe("HTTP over any connection of a guest", () => {
  it("is let through by URL, whatever the host's name is looked up by, and refused otherwise", async () => {
    await using server = await serveHttp((request, response) => response.end(`you asked for ${request.url}`));
    const check = allowUrls([`http://localhost:${server.port}/open/**`]);
    await using guest = new GuestNetworkUnderTest({ network: createDefaultNetworkAdapter(), check });
    const origin = `http://localhost:${server.port}`;
    expect(await guest.get(`${origin}/open/a?b=c`)).toMatch(
      /^HTTP\/1\.1 200 OK\r\n.*\r\n\r\nyou asked for \/open\/a\?b=c$/s,
    );
    const before = server.connections;
    expect(await failureOf(guest.get(`${origin}/closed`))).toBe("EACCES");
    expect(await failureOf(guest.get(`${origin}/open/../closed`))).toBe("EACCES");
    expect(await failureOf(guest.get(`${origin}/open/..%2fclosed`))).toBe("EACCES");
    expect(await failureOf(guest.get("http://elsewhere.test/open/a"))).toBe("EACCES");
    expect(server.connections).toBe(before);
  });

  it("needs nothing of an adapter but fetch, and asks for no address then", async () => {
    const network: NetworkAdapter = {
      fetch: ({ url, method, addresses }) => ({
        status: 203,
        statusText: "Recorded",
        headers: [["X-Recorded", "yes"]],
        body: textOf(`${method} ${url} ${addresses === undefined}`),
      }),
    };
    await using guest = new GuestNetworkUnderTest({ network, check: allowHosts(["api.test"]) });
    const answer = await guest.get("http://api.test/a");
    expect(answer).toMatch(/^HTTP\/1\.1 203 Recorded\r\nX-Recorded: yes\r\n.*GET http:\/\/api\.test\/a true/s);
    expect(await guest.get("https://api.test/a")).toContain("GET https://api.test/a true");
    // A library that looks names up by itself comes there, too.
    const address = String(await guest.call("net.lookup", "api.test", 0, false));
    const socket = await guest.connectTo(address, 80);
    await socket.write("GET /b HTTP/1.1\r\nHost: api.test\r\nConnection: close\r\n\r\n");
    expect(await socket.readAll()).toContain("GET http://api.test/b true");
  });

  it("asks about every request of a connection that is kept alive, and about redirects as they come", async () => {
    await using server = await serveHttp((request, response) => {
      if (request.url === "/from") response.writeHead(302, { location: "/to" });
      response.end(request.url);
    });
    const check = allowUrls([`http://localhost:${server.port}/from`]);
    await using guest = new GuestNetworkUnderTest({ network: createDefaultNetworkAdapter(), check });
    const socket = await guest.connect("localhost", server.port);
    await socket.write(`GET /from HTTP/1.1\r\nHost: localhost:${server.port}\r\n\r\n`);
    expect(await socket.readUntil("0\r\n\r\n")).toMatch(/^HTTP\/1\.1 302 Found\r\nlocation: \/to\r\n/);
    await socket.write(`GET /to HTTP/1.1\r\nHost: localhost:${server.port}\r\n\r\n`);
    expect(await failureOf(socket.read())).toBe("EACCES");
    expect(guest.asked.filter(({ op }) => op === "http").map(({ url }) => new URL(url ?? "").pathname)).toContain(
      "/to",
    );
  });

  it("goes through what is allowed to connect, too, and tells the check of it", async () => {
    await using server = await serveHttp((request, response) => response.end(request.method));
    const network = createDefaultNetworkAdapter({ loopbackExemptPorts: [server.port] });
    const check = (request: { readonly op: string; readonly method?: string }): boolean =>
      request.op === "connect" || request.op === "dns" || request.method === "GET";
    await using guest = new GuestNetworkUnderTest({ network, check });
    expect(await guest.get(`http://127.0.0.1:${server.port}/`)).toMatch(/GET$/);
    const socket = await guest.connect("127.0.0.1", server.port);
    await socket.write("DEL");
    await socket.write(`ETE / HTTP/1.1\r\nHost: 127.0.0.1:${server.port}\r\n\r\n`);
    expect(await failureOf(socket.read())).toBe("EACCES");
  });

  it("is asked about one by one where URLs are allowed beside connections to a database", async () => {
    await using server = await serveHttp((request, response) => response.end(request.url));
    await using database = await serveTcp((socket) => {
      socket.once("data", (data) => socket.end(`OK ${data.toString()}`));
    });
    const network = createDefaultNetworkAdapter({ loopbackExemptPorts: [server.port, database.port] });
    const urls = allowUrls([`http://localhost:${server.port}/open/*`]);
    const check = any(urls, ({ op }) => op === "connect");
    await using guest = new GuestNetworkUnderTest({ network, check });
    const request = (path: string): string => `GET ${path} HTTP/1.1\r\nHost: localhost:${server.port}\r\n\r\n`;
    expect(await guest.exchange("127.0.0.1", database.port, "SELECT 1")).toBe("OK SELECT 1");
    expect(await failureOf(guest.exchange("127.0.0.1", database.port, request("/open/a")))).toMatch(/^EACCES/);
    const next = await guest.connect("localhost", server.port);
    await next.write(request("/open/a"));
    expect(await next.readUntil("/open/a")).toMatch(/^HTTP\/1.1 200/);
    await next.write(request("/closed"));
    expect(await failureOf(next.read())).toMatch(/^EACCES/);
    const pipelined = await guest.connect("localhost", server.port);
    await pipelined.write(`${request("/open/b")}${request("/closed")}`);
    expect(await failureOf(pipelined.readAll())).toMatch(/^EACCES/);
    const late = await guest.connect("localhost", server.port);
    await late.write("\r\n\r\nG");
    await late.write(request("/closed").slice(1));
    expect(await failureOf(late.readAll())).toMatch(/^EACCES/);
  });

  it("goes as it is where everything is allowed", async () => {
    await using server = await serveTcp((socket) => socket.end("whatever this is"));
    const network = createDefaultNetworkAdapter({ loopbackExemptPorts: [server.port] });
    await using guest = new GuestNetworkUnderTest({ network, check: allowAllNetwork.network });
    expect(await guest.exchange("127.0.0.1", server.port, "GET / HTTP/1.1\r\n\r\n")).toBe("whatever this is");
  });

  it("carries bodies both ways as they come", async () => {
    await using server = await serveHttp((request, response) => {
      request.on("data", (piece: Buffer) => response.write(`<${piece.toString()}>`));
      request.on("end", () => response.end("."));
    });
    const check = allowUrls([`http://localhost:${server.port}/**`]);
    await using guest = new GuestNetworkUnderTest({ network: createDefaultNetworkAdapter(), check });
    const socket = await guest.connect("localhost", server.port);
    await socket.write(
      `POST / HTTP/1.1\r\nHost: localhost:${server.port}\r\nTransfer-Encoding: chunked\r\n\r\n3\r\none\r\n`,
    );
    expect(await socket.readUntil("<one>\r\n")).toContain("HTTP/1.1 200 OK");
    await socket.write("3\r\ntwo\r\n0\r\n\r\n");
    expect(await socket.readUntil("0\r\n\r\n")).toMatch(/<two>.*\./s);
  });

  it("opens WebSockets, which have a scheme of their own for the check, and nothing else by upgrade", async () => {
    await using server = await serveHttp(() => undefined);
    server.server.on("upgrade", (_request, socket) => {
      socket.write("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\nhi ");
      socket.pipe(socket);
    });
    const origin = `localhost:${server.port}`;
    const check = any(allowUrls([`ws://${origin}/socket`]), allowUrls([`http://${origin}/page`]));
    await using guest = new GuestNetworkUnderTest({ network: createDefaultNetworkAdapter(), check });
    const ask = (path: string, protocol: string): string =>
      `GET ${path} HTTP/1.1\r\nHost: ${origin}\r\nConnection: Upgrade\r\nUpgrade: ${protocol}\r\n\r\n`;
    const socket = await guest.connect("localhost", server.port);
    await socket.write(`${ask("/socket", "websocket")}early`);
    expect(await socket.readUntil("hi early")).toMatch(/^HTTP\/1\.1 101 Switching Protocols\r\n/);
    await socket.write("late");
    expect(await socket.readUntil("late")).toBe("late");
    expect(await failureOf(guest.exchange("localhost", server.port, ask("/page", "websocket")))).toBe("EACCES");
    const other = failureOf(guest.exchange("localhost", server.port, ask("/socket", "h2c")));
    expect(await other).toBe("EACCES: of other protocols nothing but WebSocket is served");
  });

  it("fails as the network fails", async () => {
    await using server = await serveTcp((socket) => socket.destroy());
    const check = allowHosts(["localhost", "nowhere.test"]);
    const network: NetworkAdapter = { ...createDefaultNetworkAdapter(), lookup: () => [] };
    await using guest = new GuestNetworkUnderTest({ network: createDefaultNetworkAdapter(), check });
    await using lost = new GuestNetworkUnderTest({ network, check });
    expect(await failureOf(guest.get("http://localhost:1/"))).toBe("ECONNREFUSED");
    expect(await failureOf(guest.get(`http://localhost:${server.port}/`))).toBe("ECONNRESET");
    expect(await failureOf(lost.get("http://nowhere.test/"))).toBe("EAI_NONAME");
    expect([...guest.diagnostics, ...lost.diagnostics]).toEqual([]);
  });

  it("is refused before anything is looked up or connected where no check could allow it", async () => {
    const network: NetworkAdapter = {
      lookup: () => expect.unreachable("nobody may look up"),
      connect: () => expect.unreachable("nobody may connect"),
      fetch: () => expect.unreachable("nobody may fetch"),
    };
    await using closed = new GuestNetworkUnderTest({ network });
    expect(await failureOf(closed.call("net.lookup", "a.test", 0, true))).toBe("EACCES");
    expect(await failureOf(closed.connectTo("93.184.215.14", 80))).toBe("EACCES");
    await using narrow = new GuestNetworkUnderTest({ network, check: allowUrls(["https://a.test/**"]) });
    expect(await failureOf(narrow.call("net.lookup", "b.test", 0, true))).toBe("EACCES");
    expect(await failureOf(narrow.connectTo("93.184.215.14", 443))).toBe("EACCES");
    await using curious = new GuestNetworkUnderTest({ network, check: () => ({ allow: false, reason: "not today" }) });
    expect(await failureOf(curious.call("net.lookup", "b.test", 0, false))).toBe("EACCES: not today");
    expect(await failureOf(curious.get("http://b.test/"))).toBe("EACCES: not today");
  });
});

async function* textOf(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text);
}
