import { setTimeout as delay } from "node:timers/promises";
import { brotliCompressSync, deflateSync, gzipSync, zstdCompressSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import type { NetworkAdapter } from "vivarium";
import { type HeaderList, ResponseRoom } from "../src/index.ts";
import { type Answers, exchangeOf, rejectionOf, textOf } from "./support/exchange.ts";

const long = "x".repeat(100_000);
const packers: Readonly<Record<string, (text: string) => Buffer>> = {
  gzip: gzipSync,
  "x-gzip": gzipSync,
  deflate: deflateSync,
  br: brotliCompressSync,
  zstd: zstdCompressSync,
};

const packedAs =
  (encoding: string, content: Uint8Array): Answers[string] =>
  (response) =>
    void response.writeHead(200, { "content-encoding": encoding, "content-length": content.length }).end(content);

/** A frame of Zstandard of one character, whose decoder is to keep 2 to this power of bytes. */
const framed = (windowLog: number): Buffer =>
  Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0, (windowLog - 10) << 3, 0x09, 0, 0, 0x78]);

const it = exchangeOf(() => ({
  ...Object.fromEntries(
    Object.entries(packers).flatMap(([name, pack]) => [
      [`/${name}`, packedAs(name.toUpperCase(), pack("unpacked"))],
      [`/${name}-bomb`, packedAs(name, pack(long))],
      [`/${name}-cut`, packedAs(name, pack("unpacked").subarray(0, -3))],
    ]),
  ),
  "/long": (response) => void response.end(long),
  "/broken": packedAs("gzip", Buffer.from("no gzip here")),
  "/constructor": packedAs("constructor", Buffer.from("as it is")),
  "/__proto__": packedAs("__proto__", Buffer.from("as it is")),
  "/none": (response) => void response.writeHead(204, { "content-encoding": "gzip" }).end(),
  "/reset": (response) =>
    void response.writeHead(200, { "content-length": 10 }).write("half", () => response.destroy()),
  "/packed-reset": (response) =>
    void response
      .writeHead(200, { "content-length": 99, "content-encoding": "gzip" })
      .write(gzipSync("unpacked").subarray(0, 12), () => response.destroy()),
}));

/** A network that answers everything so. */
const answering = (headers: HeaderList, body: () => AsyncIterable<Uint8Array>): NetworkAdapter => ({
  fetch: () => ({ status: 200, statusText: "", headers, body: body() }),
});

describe("A content", () => {
  test.each(Object.keys(packers))("is unpacked, and said to be plain: %s", async (encoding) => {
    const response = await it.send(`/${encoding}`);
    expect(textOf(response)).toBe("unpacked");
    expect(response.headers.map(([name]) => name.toLowerCase())).not.toEqual(
      expect.arrayContaining([expect.stringMatching(/^content-(?:encoding|length)$/)]),
    );
    expect(it.asked.at(-1)?.headers["accept-encoding"]).toBe("gzip, deflate, br, zstd");
  });

  test.each(["constructor", "__proto__"])("stays as it is where nobody packs so: %s", async (encoding) => {
    const response = await it.send(`/${encoding}`);
    expect(textOf(response)).toBe("as it is");
    expect(response.headers).toContainEqual(["content-encoding", encoding]);
  });

  test("is none where there is none, whatever it is said to be packed by", async () => {
    const head = await it.send("/gzip", { method: "HEAD" });
    expect(head.content).toHaveLength(0);
    expect(head.headers).toContainEqual(["content-encoding", "GZIP"]);
    expect((await it.send("/none")).content).toHaveLength(0);
  });

  test("is so long and no longer, packed or not", async () => {
    for (const path of ["/long", ...Object.keys(packers).map((name) => `/${name}-bomb`)]) {
      expect(await rejectionOf(it.send(path)), path).toMatchObject({ code: "ERR_RESPONSE_TOO_LARGE" });
    }
    expect((await it.send("/gzip-bomb", {}, { maxResponseBytes: 100_000 })).content).toHaveLength(100_000);
  });

  test("is unpacked in so much memory and no more", async () => {
    // The default network counts what is unpacked, too, and would be the first to refuse it.
    const network = answering([["content-encoding", "zstd"]], async function* () {
      yield framed(27);
    });
    expect(await rejectionOf(it.send("/", {}, { network }))).toMatchObject({ code: "ERR_RESPONSE_CONTENT" });
    const usual = answering([["content-encoding", "zstd"]], async function* () {
      yield framed(23);
    });
    expect(textOf(await it.send("/", {}, { network: usual }))).toBe("x");
  });

  test.each(Object.keys(packers))("fails the request alone where it is cut off: %s", async (encoding) => {
    const escaped: unknown[] = [];
    const listener = (error: unknown): void => void escaped.push(error);
    process.prependListener("uncaughtExceptionMonitor", listener);
    expect(await rejectionOf(it.send(`/${encoding}-cut`))).toMatchObject({ code: "ERR_RESPONSE_CONTENT" });
    await delay(10);
    process.off("uncaughtExceptionMonitor", listener);
    expect(escaped).toEqual([]);
  });

  test("fails the request where it is no such content, or does not come", async () => {
    expect(await rejectionOf(it.send("/broken"))).toMatchObject({
      code: "ERR_RESPONSE_CONTENT",
      systemCode: "Z_DATA_ERROR",
      url: `${it.here}/broken`,
    });
    for (const path of ["/reset", "/packed-reset"]) {
      expect(await rejectionOf(it.send(path))).toMatchObject({ code: "ERR_REQUEST_NETWORK" });
    }
  });
});

describe("A room", () => {
  test("is shared by what comes in at once, and free again afterwards", async () => {
    const network = answering([], async function* () {
      yield new Uint8Array(40_000);
      await delay(100);
    });
    const room = new ResponseRoom(100_000);
    const outcome = (): Promise<unknown> =>
      it.send("/", {}, { network, room }).then(
        ({ content }) => content.length,
        ({ code }: { code: string }) => code,
      );
    const full = "ERR_RESPONSE_ROOM";
    expect(await Promise.all([outcome(), outcome(), outcome(), outcome()])).toEqual([40_000, 40_000, full, full]);
    expect(await Promise.all([outcome(), outcome()])).toEqual([40_000, 40_000]);
  });
});
