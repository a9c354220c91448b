import {
  allowUrls,
  any,
  type NetworkAccessRequest,
  type NetworkAdapter,
  type NetworkRequest,
  type NetworkResponse,
} from "@vivarium/core";
import { describe, expect, it } from "vitest";
import { failureOf, GuestNetworkUnderTest } from "./support/guest-network-under-test.ts";

/** What reaches the network, as it would be sent. */
class Recorder implements NetworkAdapter {
  readonly requests: string[] = [];
  readonly servernames: unknown[] = [];

  async fetch({ method, url, headers, body, secure }: NetworkRequest): Promise<NetworkResponse> {
    let content = "";
    if (body instanceof Uint8Array) content = Buffer.from(body).toString();
    else if (body !== undefined) for await (const piece of body) content += Buffer.from(piece).toString();
    this.servernames.push(secure?.servername);
    const names = headers.map(([name, value]) => `${name}=${value}`).join("&");
    this.requests.push([method, url, names, content].filter((part) => part !== "").join(" "));
    return { status: 204, statusText: "No Content", headers: [], body: nothing() };
  }
}

async function* nothing(): AsyncGenerator<Uint8Array> {}

async function send(text: string): Promise<{ readonly requests: readonly string[]; readonly answer: string }> {
  const network = new Recorder();
  await using guest = new GuestNetworkUnderTest({ network, check: allowUrls(["http://a.test/open/**"]) });
  const socket = await guest.connect("a.test", 80);
  await socket.write(text);
  await socket.shutdown();
  const answer = await failureOf(socket.readAll());
  return { requests: network.requests, answer };
}

const get = "GET /open/a HTTP/1.1\r\nHost: a.test\r\n";
const post = "POST /open/a HTTP/1.1\r\nHost: a.test\r\n";
const hidden = "GET /closed HTTP/1.1\r\nHost: a.test\r\n\r\n";

describe("a request that its readers could take for different ones", () => {
  it.each([
    ["two lengths", `${post}Content-Length: 4\r\nContent-Length: 50\r\n\r\nbody${hidden}`],
    ["two lengths in one", `${post}Content-Length: 4, 50\r\n\r\nbody${hidden}`],
    ["a length with a sign", `${post}Content-Length: +4\r\n\r\nbody`],
    ["a length beside chunks", `${post}Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${hidden}`],
    ["chunks beside a length", `${post}Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n${hidden}`],
    ["an unknown coding", `${post}Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n`],
    ["chunks that are not last", `${post}Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n`],
    ["a space before the colon", `${post}Content-Length : 4\r\n\r\nbody`],
    ["a space before a name", `GET /open/a HTTP/1.1\r\n Host: a.test\r\n\r\n`],
    ["a bare LF behind the first line", `GET /open/a HTTP/1.1\nHost: a.test\n\n`],
    ["a bare LF behind a header", `${get}X-A: b\nX-B: c\r\n\r\n`],
    ["a bare CR in a header", `${get}X-A: b\rX-B: c\r\n\r\n`],
    ["a NUL in a header", `${get}X-A: b\0c\r\n\r\n`],
    ["a chunk with a bare LF", `${post}Transfer-Encoding: chunked\r\n\r\n4\nbody\r\n0\r\n\r\n`],
    ["a chunk whose length is none", `${post}Transfer-Encoding: chunked\r\n\r\n0x4\r\nbody\r\n0\r\n\r\n`],
    ["no host", "GET /open/a HTTP/1.1\r\n\r\n"],
    ["two hosts", `${get}Host: b.test\r\n\r\n`],
    ["the same host twice", `${get}Host: a.test\r\n\r\n`],
    ["another host", "GET /open/a HTTP/1.1\r\nHost: b.test\r\n\r\n"],
    ["another port", "GET /open/a HTTP/1.1\r\nHost: a.test:81\r\n\r\n"],
    ["a host with a path", "GET /a HTTP/1.1\r\nHost: a.test/open\r\n\r\n"],
    ["a host with a user", "GET /open/a HTTP/1.1\r\nHost: a.test@b.test\r\n\r\n"],
    ["a target of another host", "GET http://b.test/open/a HTTP/1.1\r\nHost: a.test\r\n\r\n"],
    ["a target and a host of another", "GET http://b.test/open/a HTTP/1.1\r\nHost: b.test\r\n\r\n"],
    ["a target of another scheme", "GET https://a.test/open/a HTTP/1.1\r\nHost: a.test\r\n\r\n"],
    ["a target that is no path", "OPTIONS * HTTP/1.1\r\nHost: a.test\r\n\r\n"],
    ["a tunnel", "CONNECT a.test:80 HTTP/1.1\r\nHost: a.test\r\n\r\n"],
    ["HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"],
    ["HTTP/0.9", "GET /open/a\r\n"],
    ["a version that there is not", "GET /open/a HTTP/1.9\r\nHost: a.test\r\n\r\n"],
    ["another protocol", "EHLO a.test\r\n"],
    ["TLS", "\x16\x03\x01\x00\x05hello"],
    ["headers of 17 KiB", `${get}X-A: ${"x".repeat(17 * 1024)}\r\n\r\n`],
  ])("is refused: %s", async (_name, text) => {
    const { requests, answer } = await send(text);
    expect(answer).toMatch(/^EACCES/);
    // A request that is well-formed may have gone before what is hidden behind it.
    expect(requests.filter((request) => request.includes("closed") || request.includes("b.test"))).toEqual([]);
    expect(requests.length).toBeLessThanOrEqual(1);
  });

  it.each([
    ["as it is", `${get}\r\n`, "GET http://a.test/open/a"],
    ["by an absolute target", "GET http://a.test/open/a HTTP/1.1\r\nHost: a.test\r\n\r\n", "GET http://a.test/open/a"],
    ["with its port", "GET /open/a HTTP/1.1\r\nHost: a.test:80\r\n\r\n", "GET http://a.test/open/a"],
    ["with dots taken out", "GET /closed/../open/a HTTP/1.1\r\nHost: A.TEST\r\n\r\n", "GET http://a.test/open/a"],
    ["in HTTP/1.0", "GET /open/a HTTP/1.0\r\nHost: a.test\r\n\r\n", "GET http://a.test/open/a"],
    [
      "without what is its connection's",
      `${get}Connection: close, X-A\r\nX-A: b\r\nX-B: c\r\n\r\n`,
      "GET http://a.test/open/a X-B=c",
    ],
    ["with a body", `${post}Content-Length: 4\r\n\r\nbody`, "POST http://a.test/open/a Content-Length=4 body"],
    [
      "with chunks",
      `${post}Transfer-Encoding: chunked\r\n\r\n4\r\nbody\r\n0\r\n\r\n`,
      "POST http://a.test/open/a body",
    ],
  ])("is let through when there is one way to read it: %s", async (_name, text, expected) => {
    const { requests, answer } = await send(text);
    expect(answer).toContain("204 No Content");
    expect(requests).toEqual([expected]);
  });

  it("is asked about twice when there are two of them", async () => {
    const { requests, answer } = await send(`${get}\r\n${hidden}`);
    expect(requests).toEqual(["GET http://a.test/open/a"]);
    expect(answer).toBe("EACCES");
  });
});

describe("a connection over which many requests are sent at once", () => {
  it("has one under way at a time, and a few that wait", async () => {
    let underWay = 0;
    let most = 0;
    const network: NetworkAdapter = {
      fetch: async () => {
        underWay += 1;
        most = Math.max(most, underWay);
        await new Promise((resolve) => setTimeout(resolve, 5));
        underWay -= 1;
        return { status: 204, statusText: "No Content", headers: [], body: nothing() };
      },
    };
    await using guest = new GuestNetworkUnderTest({ network, check: allowUrls(["http://a.test/**"]) });
    const few = await guest.connect("a.test", 80);
    await few.write(`${get}\r\n`.repeat(10));
    await few.shutdown();
    expect((await few.readAll()).match(/204/g)).toHaveLength(10);
    expect(most).toBe(1);
    const many = await guest.connect("a.test", 80);
    await failureOf(many.write(`${get}\r\n`.repeat(100_000)));
    expect(await failureOf(many.readAll())).toBe("EACCES: too many requests are sent before the first is answered");
    expect(most).toBe(1);
  });
});

describe("a request by the name of a host that its connection does not go to", () => {
  const byUrl = ({ op, url }: NetworkAccessRequest): boolean =>
    op === "dns" || url?.startsWith("http://a.test/") === true || url?.startsWith("https://a.test/") === true;
  const text = "GET /secret HTTP/1.1\r\nHost: a.test\r\n\r\n";

  it.each([
    ["another host", "b.test", 80, undefined],
    ["another port", "a.test", 81, undefined],
    ["an address", "203.0.113.7", 80, undefined],
    ["an address of IPv6", "2001:db8::7", 80, undefined],
    ["another host over TLS", "b.test", 443, "a.test"],
    ["another name in TLS", "a.test", 443, "b.test"],
  ])("is refused by a check that looks at the URL alone: %s", async (_name, hostname, port, servername) => {
    const network = new Recorder();
    await using guest = new GuestNetworkUnderTest({ network, check: byUrl });
    const socket = await guest.connect(hostname, port);
    if (servername !== undefined) await socket.secure({ servername });
    await socket.write(text);
    expect(await failureOf(socket.readAll())).toMatch(/^EACCES/);
    expect(network.requests).toEqual([]);
    expect(guest.asked.filter(({ op }) => op === "http").map(({ url }) => url)).toHaveLength(2);
  });

  it("is made where the check allows both", async () => {
    const network = new Recorder();
    await using guest = new GuestNetworkUnderTest({ network, check: () => true });
    const socket = await guest.connect("b.test", 80);
    await socket.write(text);
    expect(await socket.readUntil("\r\n\r\n")).toMatch(/^HTTP\/1.1 204/);
    const urls = guest.asked.filter(({ op }) => op === "http").map(({ url }) => url);
    expect(urls).toEqual(["http://a.test/secret", "http://b.test/secret", "http://a.test/secret"]);
  });

  it("is refused by a check that looks at the host alone, where it names another", async () => {
    const network = new Recorder();
    await using guest = new GuestNetworkUnderTest({ network, check: ({ hostname }) => hostname === "b.test" });
    expect(await failureOf(guest.exchange("b.test", 80, text))).toMatch(/^EACCES/);
    expect(network.requests).toEqual([]);
  });

  it("goes to the port of its connection, whatever port it names", async () => {
    const network = new Recorder();
    const check = ({ op, hostname, port }: NetworkAccessRequest): boolean =>
      hostname === "a.test" && (op === "dns" || port === 80);
    await using guest = new GuestNetworkUnderTest({ network, check });
    await guest.exchange("a.test", 80, "GET /secret HTTP/1.1\r\nHost: a.test:22\r\nConnection: close\r\n\r\n");
    expect(network.requests).toEqual(["GET http://a.test/secret"]);
  });

  it("is made with the options of TLS that were asked about, and no others", async () => {
    const network = new Recorder();
    await using guest = new GuestNetworkUnderTest({ network, check: () => true });
    const socket = await guest.connect("a.test", 443);
    await socket.secure({ servername: "a.test" });
    for (let time = 0; time < 3; time += 1)
      expect(await failureOf(socket.secure({ servername: "b.test" }))).toMatch(/^EALREADY/);
    await socket.write(text);
    expect(await socket.readUntil("\r\n\r\n")).toMatch(/^HTTP\/1.1 204/);
    expect(network.servernames).toEqual(["a.test"]);
  });
});

describe("a connection that the check allows, and a request over it that it denies", () => {
  it.each([
    ["behind more empty lines than anybody reads", "\r\n".repeat(70_000), ""],
    ["with more of a query than anybody reads", "", "x".repeat(200_000)],
  ])("ends in the gate: %s", async (_name, before, query) => {
    const sent: string[] = [];
    const network: NetworkAdapter = {
      lookup: () => [{ address: "203.0.113.7", family: 4 }],
      connect: () => ({
        read: () => new Promise(() => undefined),
        write: (bytes) => void sent.push(Buffer.from(bytes).toString("latin1")),
        end: () => undefined,
        destroy: () => undefined,
      }),
      fetch: async () => ({ status: 200, statusText: "", headers: [], body: nothing() }),
    };
    const check = ({ op }: NetworkAccessRequest): boolean => op === "dns" || op === "connect";
    await using guest = new GuestNetworkUnderTest({ network, check });
    const socket = await guest.connect("a.test", 80);
    const text = `${before}GET /closed?${query} HTTP/1.1\r\nHost: a.test\r\n\r\n`;
    for (let start = 0; start < text.length; start += 65_536)
      await failureOf(socket.write(text.slice(start, start + 65_536)));
    expect(await failureOf(socket.readAll())).toMatch(/^EACCES/);
    expect(sent.join("")).not.toContain("HTTP/1.1");
  });
});

describe("a check of URLs beside one that allows connections", () => {
  const connected: string[] = [];
  const network: NetworkAdapter = {
    lookup: () => [{ address: "203.0.113.7", family: 4 }],
    connect: ({ hostname, port }) => {
      connected.push(`${hostname}:${port}`);
      return { read: () => undefined, write: () => undefined, end: () => undefined, destroy: () => undefined };
    },
    fetch: async () => ({ status: 204, statusText: "", headers: [], body: nothing() }),
  };
  const check = any(allowUrls(["http://a.test/open/**"]), ({ op }) => op === "connect" || op === "dns");

  it("has nothing but requests go to the servers of its URLs, by whatever name or address they are reached", async () => {
    await using guest = new GuestNetworkUnderTest({ network, check });
    const raw = (await guest.connect("a.test", 80)).number;
    expect(await failureOf(guest.callWith("stream.write", Buffer.from("PROXY UNKNOWN\r\n"), raw))).toMatch(/^no f/);
    expect(await failureOf(guest.call("stream.read", raw, 100))).toMatch(/^EACCES: nothing but HTTP/);
    await guest.call("net.lookup", "other.test", 0, true);
    const byAddress = await guest.connectTo("203.0.113.7", 80);
    await byAddress.write(hidden);
    expect(await failureOf(byAddress.readAll())).toBe("EACCES");
    expect(await guest.exchange("a.test", 80, `${get}Connection: close\r\n\r\n`)).toContain("204");
    expect(connected).toEqual([]);
    await guest.connect("a.test", 5432);
    expect(connected).toEqual(["a.test:5432"]);
  });
});
