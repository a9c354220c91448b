import { once } from "node:events";
import { connect } from "node:net";
import { constants, zstdCompressSync } from "node:zlib";
import { allowHosts } from "@vivarium/core";
import { describe, expect, it } from "vitest";
import { createDefaultNetworkAdapter, type DefaultNetworkOptions } from "../../src/index.ts";
import { paced } from "../../src/network/paced-socket.ts";
import { failureOf, GuestNetworkUnderTest } from "./support/guest-network-under-test.ts";
import { serveTcp } from "./support/local-server.ts";

const MIB = 1024 * 1024;

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
});
