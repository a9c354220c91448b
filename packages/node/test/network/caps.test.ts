import { once } from "node:events";
import { readdirSync } from "node:fs";
import type { ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { createGzip, gzipSync, zstdCompressSync } from "node:zlib";
import { allowAllNetwork, allowHosts, type NetworkAdapter } from "@vivarium/core";
import { describe, expect, it } from "vitest";
import { createDefaultNetworkAdapter, type DefaultNetworkOptions } from "../../src/index.ts";
import { failureOf, GuestNetworkUnderTest } from "./support/guest-network-under-test.ts";
import { type LocalServer, serveHttp, serveTcp } from "./support/local-server.ts";

const check = allowHosts(["localhost"]);
const MIB = 1024 * 1024;

function guestOf(options: DefaultNetworkOptions): GuestNetworkUnderTest {
  return new GuestNetworkUnderTest({ network: createDefaultNetworkAdapter(options), check });
}

/** Reads to the end without keeping anything: how much came, and what it ended with. */
async function drain(guest: GuestNetworkUnderTest, { port }: LocalServer): Promise<{ bytes: number; end: string }> {
  const socket = await guest.connect("localhost", port);
  await socket.write(`GET / HTTP/1.1\r\nHost: localhost:${port}\r\nConnection: close\r\n\r\n`);
  let bytes = 0;
  for (;;) {
    let piece = "";
    const end = await failureOf(
      socket.read().then((read) => {
        piece = read;
      }),
    );
    if (!end.startsWith("no failure")) return { bytes, end };
    if (piece === "") return { bytes, end: "end" };
    bytes += piece.length;
  }
}

/** Zeros, packed as they are asked for: they are nowhere all at once. */
async function sendZeros(response: ServerResponse, bytes: number): Promise<void> {
  response.setHeader("content-encoding", "gzip");
  const gzip = createGzip({ level: 1 });
  gzip.pipe(response);
  response.on("close", () => gzip.destroy(new Error("nobody reads")));
  gzip.on("error", () => undefined);
  const piece = Buffer.alloc(MIB);
  for (let sent = 0; sent < bytes && !gzip.destroyed; sent += piece.byteLength)
    if (!gzip.write(piece)) await once(gzip, "drain").catch(() => undefined);
  gzip.end();
}

describe("a response", () => {
  it("of ten gigabytes of zeros, packed, ends where its bound is, and the host's memory stays as it was", async () => {
    await using server = await serveHttp((_request, response) => void sendZeros(response, 10 * 1024 * MIB));
    await using guest = guestOf({ maxDecompressedBytes: 64 * MIB });
    const before = process.memoryUsage().rss;
    let most = 0;
    const watch = setInterval(() => {
      most = Math.max(most, process.memoryUsage().rss - before);
    }, 5);
    const { bytes, end } = await drain(guest, server);
    clearInterval(watch);
    expect(end).toBe(`EMSGSIZE: the response is longer than ${64 * MIB} bytes, unpacked`);
    // Packed, that is a thousandth of it.
    expect(bytes).toBeLessThan(2 * MIB);
    expect(most).toBeLessThan(100 * MIB);
  });

  it.each([
    ["in one packing", "zstd", zstdCompressSync(Buffer.alloc(MIB))],
    ["in two", "gzip, gzip", gzipSync(gzipSync(Buffer.alloc(MIB)))],
  ])("is counted unpacked: %s", async (_name, coding, body) => {
    await using server = await serveHttp((_request, response) => {
      response.setHeader("content-encoding", coding);
      response.end(body);
    });
    await using narrow = guestOf({ maxDecompressedBytes: MIB - 1 });
    await using wide = guestOf({ maxDecompressedBytes: MIB });
    expect((await drain(narrow, server)).end).toMatch(/^EMSGSIZE/);
    expect((await drain(wide, server)).end).toBe("end");
  });

  it("that says it is packed and is not is the guest's to unpack", async () => {
    await using server = await serveHttp((_request, response) => {
      response.setHeader("content-encoding", "gzip");
      response.end("plain");
    });
    await using guest = guestOf({});
    expect((await drain(guest, server)).end).toBe("end");
  });

  it("has so many bytes, and no more is read of it", async () => {
    await using server = await serveHttp((_request, response) => {
      const more = (): void => {
        if (!response.destroyed) response.write(Buffer.alloc(65_536), more);
      };
      more();
    });
    await using guest = guestOf({ maxResponseBytes: MIB });
    const { bytes, end } = await drain(guest, server);
    expect(end).toBe(`EMSGSIZE: the response is longer than ${MIB} bytes`);
    expect(bytes).toBeLessThan(MIB + 65_536);
    await expect.poll(() => server.open).toBe(0);
  });

  it("that comes byte by byte for ever ends when its time is up", async () => {
    await using server = await serveHttp((_request, response) => {
      const drip = setInterval(() => response.write("x"), 20);
      response.on("close", () => clearInterval(drip));
    });
    await using guest = guestOf({ timeLimitMs: 300 });
    expect((await drain(guest, server)).end).toBe("ETIMEDOUT: the exchange has taken longer than 300 ms");
    await expect.poll(() => server.open).toBe(0);
  });

  it("that does not begin, or stops, ends when it has been silent for long", async () => {
    await using mute = await serveTcp(() => undefined);
    await using stopping = await serveHttp((_request, response) => void response.write("x"));
    await using guest = guestOf({ idleTimeoutMs: 100 });
    expect((await drain(guest, mute)).end).toBe("ETIMEDOUT");
    expect((await drain(guest, stopping)).end).toBe("ETIMEDOUT");
  });

  it("with headers beyond all measure is refused", async () => {
    await using server = await serveTcp((socket) => {
      socket.write("HTTP/1.1 200 OK\r\n");
      const more = (): void => {
        if (!socket.destroyed) socket.write(`X-A: ${"x".repeat(10_000)}\r\n`, more);
      };
      more();
    });
    await using guest = guestOf({});
    expect((await drain(guest, server)).end).toBe("EMSGSIZE");
    await expect.poll(() => server.open).toBe(0);
  });

  it.each([
    ["two lengths", "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab"],
    [
      "a length and chunks",
      "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n",
    ],
    ["no HTTP", "220 mail.test ESMTP\r\n"],
    ["a header without a name", "HTTP/1.1 200 OK\r\n: x\r\n\r\n"],
  ])("that can be read in two ways is refused: %s", async (_name, text) => {
    await using server = await serveTcp((socket) => void socket.once("data", () => socket.end(text)));
    await using guest = guestOf({});
    expect((await drain(guest, server)).end).toMatch(
      /^EPROTO: (?:Response does not match|UND_ERR_RES_CONTENT_LENGTH_MISMATCH)/,
    );
  });

  it("that ends before its length is not taken for whole", async () => {
    await using server = await serveTcp((socket) => {
      socket.once("data", () => socket.end("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort"));
    });
    await using guest = guestOf({});
    expect((await drain(guest, server)).end).toBe("ECONNRESET");
  });

  it("is not answered twice: what a server sends beyond it reaches nobody", async () => {
    await using server = await serveTcp((socket) => {
      socket.on("data", () => {
        socket.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokHTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil");
      });
    });
    await using guest = guestOf({});
    const ask = `GET / HTTP/1.1\r\nHost: localhost:${server.port}\r\n\r\n`;
    const socket = await guest.connect("localhost", server.port);
    await socket.write(ask);
    expect(await socket.readUntil("ok")).not.toContain("evil");
    await sleep(20);
    await socket.write(ask);
    expect(await socket.readUntil("ok")).not.toContain("evil");
  });
});

describe("sockets of guests", () => {
  it("are so many in one guest, and so many of all of them", async () => {
    await using server = await serveTcp(() => undefined);
    const network = createDefaultNetworkAdapter({ loopbackExemptPorts: [server.port], maxSockets: 5 });
    const all = allowAllNetwork.network;
    await using first = new GuestNetworkUnderTest({ network, check: all, limits: { openFilesLimit: 3 } });
    await using second = new GuestNetworkUnderTest({ network, check: all });
    for (let count = 0; count < 3; count += 1) await first.connectTo("127.0.0.1", server.port);
    expect(await failureOf(first.connectTo("127.0.0.1", server.port))).toMatch(/^EMFILE: at most 3/);
    const sockets = [];
    for (let count = 0; count < 2; count += 1) sockets.push(await second.connectTo("127.0.0.1", server.port));
    expect(await failureOf(second.connectTo("127.0.0.1", server.port))).toMatch(/^EMFILE: more than 5 sockets/);
    await sockets[0]?.close();
    await expect.poll(() => server.open).toBe(4);
    await second.connectTo("127.0.0.1", server.port);
  });

  it("end with their run, by the thousand, and leave nothing in the host", async () => {
    await using server = await serveTcp((socket) => void socket.resume());
    const network = createDefaultNetworkAdapter({ loopbackExemptPorts: [server.port] });
    const before = readdirSync("/proc/self/fd").length;
    const guest = new GuestNetworkUnderTest({ network, check: allowAllNetwork.network });
    const sockets = await Promise.all(Array.from({ length: 1_000 }, () => guest.connectTo("127.0.0.1", server.port)));
    const reads = sockets.map((socket) => failureOf(socket.read()));
    expect(
      await failureOf(Promise.all(Array.from({ length: 100 }, () => guest.connectTo("127.0.0.1", server.port)))),
    ).toMatch(/^EMFILE/);
    await guest.host.dispose();
    expect(new Set(await Promise.all(reads))).toEqual(new Set(["ECANCELED"]));
    await expect.poll(() => server.open).toBe(0);
    await expect.poll(() => readdirSync("/proc/self/fd").length).toBeLessThanOrEqual(before);
  });

  it("have two sides that end one by one", async () => {
    await using server = await serveTcp((socket) => {
      let all = "";
      socket.on("data", (piece: Buffer) => {
        all += piece.toString();
      });
      socket.on("end", () => socket.end(`you said ${all}`));
    }, true);
    const network = createDefaultNetworkAdapter({ loopbackExemptPorts: [server.port] });
    await using guest = new GuestNetworkUnderTest({ network, check: allowAllNetwork.network });
    const socket = await guest.connectTo("127.0.0.1", server.port);
    await socket.write("hello");
    await socket.shutdown();
    expect(await failureOf(socket.write("more"))).toBe("EPIPE");
    expect(await socket.readAll()).toBe("you said hello");
  });

  it("hold their writers back when the other end does not read, and are read no faster than the guest does", async () => {
    await using lazy = await serveTcp((socket) => void socket.pause());
    await using eager = await serveTcp((socket) => {
      const more = (): void => {
        if (!socket.destroyed) socket.write(Buffer.alloc(65_536), more);
      };
      more();
    });
    const network = createDefaultNetworkAdapter({ loopbackExemptPorts: [lazy.port, eager.port] });
    await using guest = new GuestNetworkUnderTest({ network, check: allowAllNetwork.network });
    const writer = await guest.connectTo("127.0.0.1", lazy.port);
    let written = 0;
    const writing = (async () => {
      for (;;) {
        await writer.write(Buffer.alloc(65_536));
        written += 65_536;
      }
    })().catch(() => "stopped");
    const before = process.memoryUsage().rss;
    await guest.connectTo("127.0.0.1", eager.port);
    await sleep(300);
    const then = written;
    await sleep(100);
    expect(written).toBe(then);
    expect(process.memoryUsage().rss - before).toBeLessThan(64 * MIB);
    await writer.close();
    expect(await writing).toBe("stopped");
  });

  it("end with their run whatever is under way over them", async () => {
    const signals: AbortSignal[] = [];
    const network: NetworkAdapter = {
      fetch: ({ signal }) => {
        signals.push(signal);
        return new Promise(() => undefined);
      },
    };
    const guest = new GuestNetworkUnderTest({ network, check });
    const socket = await guest.connect("localhost", 80);
    const head = "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10000000\r\n\r\n";
    const writing = failureOf(socket.write(head + "x".repeat(10_000_000)));
    await expect.poll(() => signals.length).toBe(1);
    await guest.host.dispose();
    expect(await writing).toBe("ECANCELED");
    await expect.poll(() => signals[0]?.aborted).toBe(true);
  });

  it.each([
    ["bytes", { maxConnectionBytes: 1_000 }, "EMSGSIZE: more than 1000 bytes have come over the connection"],
    ["silence", { connectionIdleTimeoutMs: 60 }, "ETIMEDOUT: the connection has been silent for 60 ms"],
    ["time", { connectionTimeLimitMs: 60 }, "ETIMEDOUT: the connection is older than 60 ms"],
  ])("of which the host knows nothing more have their bounds, too: %s", async (bound, options, told) => {
    await using server = await serveTcp((socket) => {
      if (bound === "silence") return;
      const timer = setInterval(() => socket.write("x".repeat(50)), 5);
      socket.once("close", () => clearInterval(timer));
    });
    const network = createDefaultNetworkAdapter({ loopbackExemptPorts: [server.port], ...options });
    await using guest = new GuestNetworkUnderTest({ network, check: allowAllNetwork.network });
    const socket = await guest.connectTo("127.0.0.1", server.port);
    let bytes = 0;
    const reading = (async () => {
      for (;;) bytes += (await socket.read()).length;
    })();
    expect(await failureOf(reading)).toBe(told);
    expect(bytes).toBeLessThan(bound === "bytes" ? 1_500 : Number.POSITIVE_INFINITY);
    await expect.poll(() => server.open).toBe(0);
  });

  it("over which nothing but HTTP may go end when they stay silent", async () => {
    await using guest = new GuestNetworkUnderTest({ network: { fetch: () => expect.unreachable() }, check });
    const socket = await guest.connect("localhost", 25);
    expect(await failureOf(socket.read())).toMatch(/^EACCES: nothing but HTTP may be sent there/);
  }, 10_000);
});
