import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import type { TLSSocket } from "node:tls";
import { constants, zstdCompressSync } from "node:zlib";
import { allowHosts, allowUrls } from "@vivarium/core";
import { describe, expect, it } from "vitest";
import { createDefaultNetworkAdapter, type DefaultNetworkOptions } from "../../src/index.ts";
import { GuardedHandshake } from "../../src/network/guarded-handshake.ts";
import { paced } from "../../src/network/paced-socket.ts";
import { serverTurns } from "../../src/network/server-turns.ts";
import { makeCertificate } from "./support/certificate.ts";
import { failureOf, GuestNetworkUnderTest } from "./support/guest-network-under-test.ts";
import { serveHttps, serveTcp } from "./support/local-server.ts";

const MIB = 1024 * 1024;
const certificate = makeCertificate(["localhost"]);

async function endOf(answer: string | Uint8Array, options: DefaultNetworkOptions = {}): Promise<string> {
  await using server = await serveTcp((socket) => socket.once("data", () => socket.write(answer)));
  const network = createDefaultNetworkAdapter(options);
  await using guest = new GuestNetworkUnderTest({ network, check: allowHosts(["localhost"]) });
  return await failureOf(guest.get(`http://localhost:${server.port}/`));
}

function packed(body: Uint8Array, coding: string): Uint8Array {
  const head = `HTTP/1.1 200 OK\r\nContent-Encoding: ${coding}\r\nContent-Length: ${body.byteLength}\r\n\r\n`;
  return Buffer.concat([Buffer.from(head), body]);
}

describe("a server that means ill", () => {
  it("does not announce its answer for ever", async () => {
    const hints = "HTTP/1.1 103 Early Hints\r\nLink: a\r\n\r\n";
    const answer = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
    expect(await endOf(`${hints.repeat(16)}${answer}`)).toMatch(/^no failure/);
    expect(await endOf(`${hints.repeat(17)}${answer}`)).toMatch(/^EPROTO: the server only ever says/);
  });

  it("has as many headers as Node's library reads", async () => {
    const answer = (count: number): string =>
      `HTTP/1.1 200 OK\r\nContent-Length: 0\r\n${"a:b\r\n".repeat(count - 1)}\r\n`;
    expect(await endOf(answer(2_000))).toMatch(/^no failure/);
    expect(await endOf(answer(2_001))).toMatch(/^EMSGSIZE: the response has more than 2000 headers/);
    expect(await endOf(`HTTP/1.1 200 OK\r\nA: ${"x".repeat(17_000)}\r\n\r\n`)).toMatch(/^EMSGSIZE/);
  });

  it("packs nothing that takes much memory to unpack", async () => {
    const zeros = Buffer.alloc(16 * MIB);
    const pack = (windowLog: number): Uint8Array =>
      zstdCompressSync(zeros, {
        params: { [constants.ZSTD_c_windowLog]: windowLog, [constants.ZSTD_c_contentSizeFlag]: 0 },
      });
    expect(await endOf(packed(pack(23), "zstd"))).toMatch(/^no failure/);
    expect(await endOf(packed(pack(24), "zstd"))).toMatch(/^EMSGSIZE: the response takes too much memory/);
  });

  it("is read in small pieces, and in turns", async () => {
    await using server = await serveTcp((socket) => socket.write(Buffer.alloc(256 * 1024)));
    const socket = paced(connect(server.port, "127.0.0.1"));
    await once(socket, "readable");
    const first: unknown = socket.read();
    expect(Buffer.from(first as Uint8Array).byteLength).toBeLessThanOrEqual(8 * 1024);
    // Whoever takes the whole turn for it.
    for (const end = performance.now() + 12; performance.now() < end; );
    expect(socket.readableLength).toBeGreaterThan(0);
    expect(socket.read()).toBeNull();
    await expect.poll(() => socket.read(), { interval: 5 }).not.toBeNull();
    await expect.poll(() => socket.readableLength, { interval: 5 }).toBeGreaterThan(0);
    socket.destroy();
    expect(socket.read()).toBeNull();
  });

  it("that never agrees on TLS is not connected to any more, once nobody waits for it", async () => {
    await using server = await serveTcp((socket) => void socket.resume());
    const network = createDefaultNetworkAdapter({ loopbackExemptPorts: [server.port] });
    await using guest = new GuestNetworkUnderTest({ network, check: allowUrls(["https://localhost:*/**"]) });
    const socket = await guest.connect("localhost", server.port);
    await socket.secure({ servername: "localhost" });
    await socket.write(`GET / HTTP/1.1\r\nHost: localhost:${server.port}\r\n\r\n`);
    await expect.poll(() => server.open).toBe(1);
    await socket.close();
    await expect.poll(() => server.open, { timeout: 2_000 }).toBe(0);
  });

  it("says no more of itself than the host may be busy with", async () => {
    // A chain whose signatures are to be looked at costs as much as it is long.
    const answerOf = async (count: number): Promise<readonly string[]> => {
      const chain = { ...certificate, cert: certificate.cert.repeat(count) };
      await using server = await serveHttps(chain, (_request, response) => response.end("plain"));
      const network = createDefaultNetworkAdapter();
      const ca = [certificate.cert];
      await using gated = new GuestNetworkUnderTest({ network, check: allowUrls(["https://localhost:*/**"]) });
      await using raw = new GuestNetworkUnderTest({ network, check: allowHosts(["localhost"]) });
      const ends: string[] = [];
      for (const guest of [gated, raw]) {
        const socket = await guest.connect("localhost", server.port);
        const { error } = await socket.secure({ servername: "localhost", ca });
        const request = `GET / HTTP/1.1\r\nHost: localhost:${server.port}\r\nConnection: close\r\n\r\n`;
        const end = await failureOf(socket.write(request).then(() => socket.readAll()));
        ends.push(error === undefined ? end : String(Object(error).message));
      }
      return ends;
    };
    expect(await answerOf(20)).toEqual([expect.stringContaining("plain"), expect.stringContaining("plain")]);
    expect(await answerOf(100)).toEqual([
      "EPROTO: what the server says of itself is too long",
      "the other end says too much of itself",
    ]);
  });

  it("has its part of a handshake looked at in turns, and whole", async () => {
    await using server = await serveTcp((socket) => socket.end(Buffer.alloc(12_000, "x")));
    const socket: Socket = connect(server.port, "127.0.0.1");
    await once(socket, "connect");
    const guarded = new GuardedHandshake(socket);
    let taken = 0;
    const takers: number[] = [];
    guarded.on("data", (piece: Buffer) => {
      takers.push(serverTurns.leftMs());
      taken += piece.byteLength;
      for (const end = performance.now() + 12; performance.now() < end; );
    });
    // Somebody else has had the whole turn in which it comes.
    socket.prependOnceListener("data", () => serverTurns.use(1_000));
    let takenAtOnce: number | undefined;
    socket.once("data", () => {
      takenAtOnce = taken;
    });
    await once(guarded, "end");
    expect([takenAtOnce, taken]).toEqual([0, 12_000]);
    expect(Math.min(...takers)).toBeGreaterThan(0);
    guarded.destroy();
  });

  it("does not begin another handshake", async () => {
    const ends: unknown[] = [];
    await using server = await serveHttps({ ...certificate, maxVersion: "TLSv1.2" }, (request, response) => {
      (request.socket as TLSSocket).renegotiate({}, (error) => ends.push(error?.message ?? "agreed"));
      response.end("plain");
    });
    const network = createDefaultNetworkAdapter();
    await using guest = new GuestNetworkUnderTest({ network, check: allowUrls(["https://localhost:*/**"]) });
    const socket = await guest.connect("localhost", server.port);
    await socket.secure({ servername: "localhost", ca: [certificate.cert] });
    await failureOf(socket.write(`GET / HTTP/1.1\r\nHost: localhost:${server.port}\r\n\r\n`).then(() => socket.read()));
    await sleep(200);
    expect(ends).not.toContain("agreed");
  });
});
