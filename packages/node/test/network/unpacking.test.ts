import { brotliCompressSync, constants, zstdCompressSync } from "node:zlib";
import { allowHosts, type NetworkAdapter } from "@vivarium/core";
import { describe, expect, it } from "vitest";
import { createDefaultNetworkAdapter } from "../../src/index.ts";
import { DecodedCount } from "../../src/network/decoded-count.ts";
import { windowLogOf } from "../../src/network/packed-window.ts";
import { UnpackingRoom } from "../../src/network/unpacking-room.ts";
import { failureOf, GuestNetworkUnderTest } from "./support/guest-network-under-test.ts";
import { serveHttp } from "./support/local-server.ts";

const MIB = 1024 * 1024;
const zeros = Buffer.alloc(MIB);
const never = new AbortController().signal;

function brotli(windowLog: number, content: Uint8Array = zeros): Uint8Array {
  return brotliCompressSync(content, { params: { [constants.BROTLI_PARAM_LGWIN]: windowLog } });
}

/** How a frame of Zstandard begins that says what it refers back to. */
function zstdHead(windowLog: number, eighths = 0): Uint8Array {
  return Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0, ((windowLog - 10) << 3) | eighths]);
}

describe("what a decoder keeps", () => {
  it("is read from what its content begins with", () => {
    for (const log of [10, 12, 16, 17, 18, 22, 24]) expect(windowLogOf("br", brotli(log))).toBe(log);
    expect([10, 21, 22, 23, 24].map((log) => windowLogOf("zstd", zstdHead(log)))).toEqual([21, 21, 22, 23, 23]);
    expect(windowLogOf("zstd", zstdHead(21, 1))).toBe(22);
  });

  it("is the most that it may be where that is not to be seen", () => {
    expect(windowLogOf("br", new Uint8Array(0))).toBe(24);
    expect(windowLogOf("zstd", zstdHead(21).subarray(0, 5))).toBe(23);
    expect(windowLogOf("zstd", zstdCompressSync(zeros.subarray(0, 100)))).toBe(23);
    expect(windowLogOf("zstd", Buffer.from("no Zstandard"))).toBe(23);
  });
});

describe("room to unpack in", () => {
  it("is waited for in order, and nobody has to wait for who has left", async () => {
    const room = new UnpackingRoom(10);
    const entered: string[] = [];
    const enter = async (name: string, bytes: number, signal: AbortSignal = never): Promise<() => void> => {
      const leave = await room.take(bytes, signal);
      entered.push(name);
      return leave;
    };
    const first = await enter("first", 6);
    const leaving = new AbortController();
    const big = enter("big", 8, leaving.signal);
    const small = enter("small", 4);
    await Promise.resolve();
    expect(entered).toEqual(["first"]);
    leaving.abort(new Error("nobody waits"));
    await expect(big).rejects.toThrow("nobody waits");
    await small;
    const last = enter("last", 6);
    first();
    first();
    await last;
    expect(entered).toEqual(["first", "small", "last"]);
    await expect(room.take(11, never)).rejects.toMatchObject({ code: "EMSGSIZE" });
    await expect(room.take(1, AbortSignal.abort(new Error("gone")))).rejects.toThrow("gone");
  });

  it("is left by content that has ended, is broken, or is not looked into", async () => {
    const room = new UnpackingRoom(2 * MIB);
    const count = (contentEncoding: string): DecodedCount => new DecodedCount({ contentEncoding, room, signal: never });
    const ended = count("br");
    await ended.take(brotli(16), 4 * MIB);
    expect(ended.bytes).toBe(MIB);
    ended.close();
    await count("br").take(Buffer.from([0x0c, 0xff, 0xff, 0xff]), MIB);
    await count("br, strange").take(Buffer.from("x"), MIB);
    const next = count("br");
    await next.take(brotli(16), 4 * MIB);
    expect(next.bytes).toBe(MIB);
    next.close();
    await expect(count("br, br").take(brotli(16), MIB)).rejects.toMatchObject({ code: "EMSGSIZE" });
  });
});

describe("responses that come together", () => {
  /** A server whose paths say how wide it packs, and whether it holds the end back. */
  const packing = () =>
    serveHttp(({ url = "" }, response) => {
      const [, windowLog, isHeld] = url.split("/");
      const body = brotli(Number(windowLog), isHeld === "held" ? Buffer.alloc(1_000) : zeros);
      response.setHeader("content-encoding", "br");
      response.write(isHeld === "held" ? body.subarray(0, -1) : body);
      if (isHeld !== "held") response.end();
    });
  const guestOf = (network: NetworkAdapter): GuestNetworkUnderTest =>
    new GuestNetworkUnderTest({ network, check: allowHosts(["localhost"]) });
  const ask = async (guest: GuestNetworkUnderTest, port: number, path: string) => {
    const socket = await guest.connect("localhost", port);
    await socket.write(`GET ${path} HTTP/1.1\r\nHost: localhost:${port}\r\nConnection: close\r\n\r\n`);
    return socket;
  };
  const tooLong = `EMSGSIZE: the response is longer than ${MIB - 1} bytes, unpacked`;

  it("are all counted, however many there are", async () => {
    await using server = await packing();
    await using guest = guestOf(createDefaultNetworkAdapter({ maxDecompressedBytes: MIB - 1 }));
    for (let count = 0; count < 12; count += 1) await (await ask(guest, server.port, "/16/held")).read();
    expect(await failureOf((await ask(guest, server.port, "/16/")).readAll())).toBe(tooLong);
  });

  it("wait for those of their own guest that take much memory, and for no other's", async () => {
    await using server = await packing();
    const network = createDefaultNetworkAdapter({ maxDecompressedBytes: MIB - 1 });
    await using greedy = guestOf(network);
    await using other = guestOf(network);
    const held = await ask(greedy, server.port, "/24/held");
    for (let begun = ""; !/\r\n\r\n./s.test(begun); ) begun += await held.read();
    const leaving = await ask(greedy, server.port, "/24/");
    const left = failureOf(leaving.read());
    await expect.poll(() => server.connections).toBeGreaterThan(1);
    const waiting = await ask(greedy, server.port, "/24/");
    let isOver = false;
    const end = failureOf(waiting.readAll()).finally(() => {
      isOver = true;
    });
    expect(await failureOf((await ask(other, server.port, "/24/")).readAll())).toBe(tooLong);
    expect(isOver).toBe(false);
    await leaving.close();
    expect(await left).toBe("ECANCELED");
    expect(isOver).toBe(false);
    // Who has left does not come before who still waits.
    await held.close();
    expect(await end).toBe(tooLong);
  });
});
